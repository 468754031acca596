import { graphql } from "../../gql";
import type { ChangeFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { Badge } from "../../ui/Badge";
import styles from "./ChangeList.module.css";
import { isLong, LongValue } from "./LongValue";
import { Lines, SettingValue } from "./SettingValue";
import { descriptionOf, titleOf } from "./titleOf";
import { useLongChange } from "./useLongValues";
import { diffValues } from "./words";

graphql(`
  fragment Change on SettingChange {
    key
    kind
    before: shortBefore
    after: shortAfter
    beforeBytes
    afterBytes
    definition {
      title
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
  /** The id of the audit entry, the disconnection or the account whose changes they are: long values are read from it. */
  nodeId?: string;
  /** What the value before and the value after a change are called here. */
  before: string;
  after: string;
  /** The keys of settings that are marked as edited by hand. */
  edited?: ReadonlySet<string>;
  /** Each is marked with what becomes of it. */
  kinds?: boolean;
}

/** Settings that change, each with its two values side by side. */
export function ChangeList({ changes, nodeId, before, after, edited, kinds = false }: Props) {
  return (
    <ul className={styles.changes}>
      {changes.map((change) => (
        <li key={change.key} className={styles.change}>
          <div>
            <p>
              <strong className={styles.title}>{titleOf(change)}</strong>{" "}
              {kinds && <Badge>{t(`values.kinds.${change.kind}`)}</Badge>}{" "}
              {edited?.has(change.key) && <Badge tone="attention">{t("values.edited")}</Badge>}
            </p>
            <p className={styles.about}>{descriptionOf(change)}</p>
          </div>
          <BeforeAfter change={change} nodeId={nodeId} before={before} after={after} />
        </li>
      ))}
    </ul>
  );
}

function BeforeAfter({ change, nodeId, before, after }: Omit<Props, "changes"> & { change: ChangeFragment }) {
  const exist = change.before !== null && change.after !== null;
  const diff = exist ? diffValues(change.key, change.before, change.after) : undefined;
  return (
    <dl className={styles.values}>
      <div>
        <dt>{before}</dt>
        <dd>
          {diff ? (
            <Lines lines={diff.before} unchanged={diff.unchanged} />
          ) : (
            <ChangeValue change={change} nodeId={nodeId} side="before" />
          )}
        </dd>
      </div>
      <div>
        <dt>{after}</dt>
        <dd>
          {diff ? (
            <Lines lines={diff.after} unchanged={diff.unchanged} />
          ) : (
            <ChangeValue change={change} nodeId={nodeId} side="after" />
          )}
        </dd>
      </div>
    </dl>
  );
}

interface ChangeValueProps {
  change: ChangeFragment;
  nodeId: string | undefined;
  side: "before" | "after";
}

/** One value of a change, which may be too long to have come with it. */
function ChangeValue({ change, nodeId, side }: ChangeValueProps) {
  const readChange = useLongChange();
  const bytes = side === "before" ? change.beforeBytes : change.afterBytes;
  if (!isLong(change[side], bytes)) {
    const nothing = t(side === "before" ? "values.notSet" : "values.removed");
    return <SettingValue name={change.key} value={change[side]} nothing={nothing} />;
  }
  return (
    <LongValue
      name={change.key}
      title={titleOf(change)}
      bytes={bytes}
      read={nodeId === undefined ? undefined : async () => (await readChange(nodeId, change.key))?.[side]}
    />
  );
}
