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

/** The server's warnings, and every setting that will change. */
export function Preview({ preview }: { preview: PreviewFragment }) {
  return (
    <>
      <Warnings warnings={preview.warnings} />
      <section aria-label="What will change" className={styles.changes}>
        <h3>What will change</h3>
        {preview.changes.length === 0 && <p>No setting: all are as they were.</p>}
        {kinds.map(({ kind, title }) => (
          <ChangeGroup key={kind} title={title} changes={preview.changes.filter((change) => change.kind === kind)} />
        ))}
      </section>
    </>
  );
}

function ChangeGroup({ title, changes }: { title: string; changes: PreviewFragment["changes"] }) {
  if (changes.length === 0) return null;
  return (
    <div>
      <h4 className={styles.kind}>
        {title} ({changes.length})
      </h4>
      <ChangeList changes={changes} before="Now" after="After" markEdits />
    </div>
  );
}
