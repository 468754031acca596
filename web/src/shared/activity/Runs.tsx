import type { ReactNode } from "react";
import type { EntryFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { Timestamp } from "../../ui/Timestamp";
import { actorLabel } from "../actor";
import styles from "./AuditEntries.module.css";
import { AuditEntryRow } from "./AuditEntryRow";
import { changedSettings, isEdit } from "./runs";

interface Props<Entry> {
  /** Entries, newest first, by runsOf. */
  runs: Entry[][];
  /** How an entry is shown. */
  children(entry: Entry): ReactNode;
}

/** What was done, newest first; entries that belong together are a line that opens. */
export function Runs<Entry extends EntryFragment>({ runs, children }: Props<Entry>) {
  return (
    <ul className={styles.entries}>
      {runs.map((run) => (
        <li key={run[0]?.id}>
          {isEdit(run[0]) && run.length > 1 ? <Edits run={run}>{children}</Edits> : <Steps run={run}>{children}</Steps>}
        </li>
      ))}
    </ul>
  );
}

type RunProps<Entry> = Pick<Props<Entry>, "children"> & { run: Entry[] };

/** Many edits of one actor. */
function Edits<Entry extends EntryFragment>({ run, children }: RunProps<Entry>) {
  const [newest] = run;
  if (!newest) return null;
  return (
    <details>
      <summary>
        <Message
          id="audit.edits"
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
          <li key={entry.id}>{children(entry)}</li>
        ))}
      </ul>
    </details>
  );
}

/** An entry, with the earlier steps that led to it, if there are some. */
function Steps<Entry extends EntryFragment>({ run: [last, ...earlier], children }: RunProps<Entry>) {
  if (!last) return null;
  return (
    <>
      {children(last)}
      {earlier.length > 0 && (
        <details>
          <summary>{t("audit.earlierSteps", { count: earlier.length })}</summary>
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
