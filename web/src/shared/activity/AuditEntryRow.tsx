import { Link } from "react-router";
import { graphql } from "../../gql";
import type { EntryFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { Timestamp } from "../../ui/Timestamp";
import { actorLabel } from "../actor";
import styles from "./AuditEntries.module.css";
import { subjectOf } from "./subject";

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
          {entry.action !== "SETTINGS_UPDATED" && t(`audit.actions.${entry.action}`)} {subjectOf(entry)}
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
