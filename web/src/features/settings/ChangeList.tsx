import { graphql } from "../../gql";
import type { ChangeFragment } from "../../gql/graphql";
import { Badge } from "../../ui/Badge";
import { diffValues } from "../../ui/formatValue";
import { Lines, Value } from "../../ui/Value";
import styles from "./ChangeList.module.css";

graphql(`
  fragment Change on SettingChange {
    key
    kind
    before
    after
    definition {
      description
    }
    lastChangedBy {
      kind
      name
    }
  }
`);

interface Props {
  changes: ChangeFragment[];
  /** What the value before and the value after a change are called here. */
  before: string;
  after: string;
  /** Marks the settings whose present value somebody has written by hand. */
  markEdits?: boolean;
}

/** Settings that change, each with its two values side by side. */
export function ChangeList({ changes, before, after, markEdits = false }: Props) {
  return (
    <ul className={styles.changes}>
      {changes.map((change) => (
        <li key={change.key} className={styles.change}>
          <div>
            <p>{change.definition?.description}</p>
            <code>{change.key}</code>{" "}
            {markEdits && change.lastChangedBy.kind !== "SYSTEM" && <Badge tone="attention">Edited</Badge>}
          </div>
          <BeforeAfter change={change} before={before} after={after} />
        </li>
      ))}
    </ul>
  );
}

function BeforeAfter({ change, before, after }: { change: ChangeFragment; before: string; after: string }) {
  const exist = change.before !== null && change.after !== null;
  const diff = exist ? diffValues(change.before, change.after) : undefined;
  return (
    <dl className={styles.values}>
      <div>
        <dt>{before}</dt>
        <dd>{diff ? <Lines lines={diff.before} unchanged={diff.unchanged} /> : <Value value={change.before} />}</dd>
      </div>
      <div>
        <dt>{after}</dt>
        <dd>{diff ? <Lines lines={diff.after} unchanged={diff.unchanged} /> : <Value value={change.after} />}</dd>
      </div>
    </dl>
  );
}
