import { graphql } from "../../gql";
import type { ChangeFragment } from "../../gql/graphql";
import { Badge } from "../../ui/Badge";
import { difference } from "../../ui/lines";
import { Lines, Value } from "../../ui/Value";
import styles from "./Changes.module.css";

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
export function Changes({ changes, before, after, markEdits = false }: Props) {
  return (
    <ul className={styles.changes}>
      {changes.map((change) => (
        <li key={change.key} className={styles.change}>
          <div>
            <p>{change.definition?.description}</p>
            <code>{change.key}</code>{" "}
            {markEdits && change.lastChangedBy.kind !== "SYSTEM" && <Badge tone="attention">Edited</Badge>}
          </div>
          <Sides change={change} before={before} after={after} />
        </li>
      ))}
    </ul>
  );
}

function Sides({ change, before, after }: { change: ChangeFragment; before: string; after: string }) {
  const exist = change.before !== null && change.after !== null;
  const both = exist ? difference(change.before, change.after) : undefined;
  return (
    <dl className={styles.sides}>
      <div>
        <dt>{before}</dt>
        <dd>{both ? <Lines of={both.before} shared={both.shared} /> : <Value value={change.before} />}</dd>
      </div>
      <div>
        <dt>{after}</dt>
        <dd>{both ? <Lines of={both.after} shared={both.shared} /> : <Value value={change.after} />}</dd>
      </div>
    </dl>
  );
}
