import { graphql } from "../../gql";
import type { PreviewFragment, SettingChangeKind } from "../../gql/graphql";
import { ChangeList } from "../settings/ChangeList";
import styles from "./Preview.module.css";
import { Warnings } from "./Warnings";

graphql(`
  fragment Preview on DisconnectPreview {
    token
    warnings {
      code
      message
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
  return (
    <>
      <Warnings warnings={preview.warnings} />
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
