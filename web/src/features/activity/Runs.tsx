import type { ActivityQuery } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { AuditEntryRow } from "../../shared/AuditEntries";
import styles from "../../shared/AuditEntries.module.css";
import { actorLabel } from "../../shared/actor";
import { ChangeList } from "../../shared/values/ChangeList";
import { Timestamp } from "../../ui/Timestamp";
import { changedSettings, isEdit, runsOf } from "./runs";

type Entry = ActivityQuery["auditTrail"]["nodes"][number];

/** Entries, newest first; those that belong together are a line that opens. */
export function Runs({ entries }: { entries: Entry[] }) {
  return (
    <ul className={styles.entries}>
      {runsOf(entries).map((run) => (
        <li key={run[0]?.id}>{isEdit(run[0]) && run.length > 1 ? <Edits run={run} /> : <Steps run={run} />}</li>
      ))}
    </ul>
  );
}

/** Many edits of one actor. */
function Edits({ run }: { run: Entry[] }) {
  const [newest] = run;
  if (!newest) return null;
  return (
    <details>
      <summary>
        <Message
          id="activity.edits"
          values={{
            settings: t("audit.settingsChanged", { count: changedSettings(run) }),
            count: run.length,
            actor: actorLabel(newest.actor),
            at: <Timestamp at={newest.occurredAt} />,
          }}
          elements={{ strong: (words) => <span className={styles.action}>{words}</span> }}
        />
      </summary>
      <ul className={styles.entries}>
        {run.map((entry) => (
          <li key={entry.id}>
            <EntryWithChanges entry={entry} />
          </li>
        ))}
      </ul>
    </details>
  );
}

/** An entry, with the earlier steps that led to it, if there are some. */
function Steps({ run: [last, ...earlier] }: { run: Entry[] }) {
  if (!last) return null;
  return (
    <>
      <EntryWithChanges entry={last} />
      {earlier.length > 0 && (
        <details>
          <summary>{t("activity.earlierSteps", { count: earlier.length })}</summary>
          <ul className={styles.entries}>
            {earlier.map((entry) => (
              <li key={entry.id}>
                <AuditEntryRow entry={entry} />
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function EntryWithChanges({ entry }: { entry: Entry }) {
  return (
    <>
      <AuditEntryRow entry={entry} />
      {entry.changes.length > 0 && (
        <details>
          <summary>{t("audit.settingsChanged", { count: entry.changes.length })}</summary>
          <ChangeList
            changes={entry.changes}
            nodeId={entry.id}
            before={t("activity.before")}
            after={t("activity.after")}
          />
        </details>
      )}
    </>
  );
}
