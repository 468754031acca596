import { graphql } from "../../gql";
import type { PreviewFragment, SettingChangeKind } from "../../gql/graphql";
import { formatDuration } from "../../ui/formatDuration";
import { Timestamp } from "../../ui/Timestamp";
import { Exceptions } from "../restoration/Exceptions";
import { ChangeList } from "../settings/ChangeList";
import styles from "./Preview.module.css";
import { Warnings } from "./Warnings";

graphql(`
  fragment Preview on DisconnectPreview {
    token
    observedAt
    estimatedSeconds
    exceptions {
      ...Exception
    }
    warnings {
      code
      message
      count
    }
    changes {
      ...Change
    }
  }
`);

const kinds: { kind: SettingChangeKind; title: string }[] = [
  { kind: "UPDATED", title: "Restored" },
  { kind: "ADDED", title: "Re-created" },
  { kind: "REMOVED", title: "Removed" },
];

/** The server's warnings, and every setting of the account's store that will change. */
export function Preview({ preview, accountId }: { preview: PreviewFragment; accountId: string }) {
  const { observedAt, estimatedSeconds, exceptions, warnings } = preview;
  const count = warnings.find(({ code }) => code === "CANNOT_BE_RESTORED")?.count ?? exceptions.length;
  return (
    <>
      <p className={styles.moment}>
        As of <Timestamp at={observedAt} />.{" "}
        {estimatedSeconds !== null && `Putting everything back takes about ${formatDuration(estimatedSeconds)}.`}
      </p>
      <Warnings warnings={warnings} />
      {exceptions.length > 0 && (
        <section aria-label="What cannot be put back" className={styles.changes}>
          <h3>What cannot be put back</h3>
          <Exceptions exceptions={exceptions} count={count} />
        </section>
      )}
      <section aria-label="What will change" className={styles.changes}>
        <h3>What will change</h3>
        {preview.changes.length === 0 && <p>No setting: all are as they were.</p>}
        {kinds.map(({ kind, title }) => (
          <ChangeGroup
            key={kind}
            title={title}
            accountId={accountId}
            changes={preview.changes.filter((change) => change.kind === kind)}
          />
        ))}
      </section>
    </>
  );
}

interface ChangeGroupProps {
  title: string;
  accountId: string;
  changes: PreviewFragment["changes"];
}

function ChangeGroup({ title, accountId, changes }: ChangeGroupProps) {
  if (changes.length === 0) return null;
  return (
    <div>
      <h4 className={styles.kind}>
        {title} ({changes.length})
      </h4>
      <ChangeList changes={changes} nodeId={accountId} before="Now" after="After" markEdits />
    </div>
  );
}
