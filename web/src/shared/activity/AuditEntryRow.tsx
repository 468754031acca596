import { Link } from "react-router";
import { graphql } from "../../gql";
import type { EntryFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { Placeholder } from "../../ui/Placeholder";
import { Timestamp } from "../../ui/Timestamp";
import { actorLabel } from "../actor";
import { isUnanswered, useResources } from "../values/resourceNames";
import { titleOf } from "../values/titleOf";
import styles from "./AuditEntries.module.css";
import { idsInSubject, subjectOf } from "./subject";

graphql(`
  fragment Entry on AuditEntry {
    id
    action
    actor {
      kind
      name
    }
    occurredAt
    account {
      id
      kind
      name
    }
    disconnection {
      id
    }
    apiKey {
      id
      name
    }
    changes {
      key
      before: shortBefore
      after: shortAfter
      beforeBytes
      afterBytes
      definition {
        title
      }
    }
  }
`);

/** What was done, by whom and when. */
export function AuditEntryRow({ entry }: { entry: EntryFragment }) {
  return (
    <div className={styles.entry}>
      <div>
        <p className={styles.action}>
          {entry.action !== "SETTINGS_UPDATED" && t(`audit.actions.${entry.action}`)} <Subject entry={entry} />
        </p>
        <p className={styles.actor}>
          {actorLabel(entry.actor)} · <Timestamp at={entry.occurredAt} as="fromNow" />
        </p>
      </div>
      {entry.disconnection && (
        <Link to={`/activity/disconnections/${encodeURIComponent(entry.disconnection.id)}`}>
          {t("shared.openRecord")}
        </Link>
      )}
    </div>
  );
}

/** What an entry is about; of an edit of one setting with the names of what its values stand for, as soon as these are known. */
function Subject({ entry }: { entry: EntryFragment }) {
  const ids = idsInSubject(entry);
  const resources = useResources(ids);
  const [change] = entry.changes;
  if (!change || !ids.some((id) => isUnanswered(resources, id)))
    return subjectOf(entry, (id) => resources.get(id)?.name);
  const value = <Placeholder />;
  return <Message id="audit.change" values={{ title: titleOf(change), before: value, after: value }} />;
}
