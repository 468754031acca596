import type { PreviewFragment, SettingChangeKind } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { ChangeList } from "../../shared/values/ChangeList";
import { Fold } from "../../ui/Fold";
import styles from "./Changes.module.css";

const kinds: SettingChangeKind[] = ["UPDATED", "ADDED", "REMOVED"];

interface Props {
  preview: PreviewFragment;
  accountId: string;
}

/** Every setting of the account's store that will change, now and after. */
export function Changes({ preview: { changes, edits }, accountId }: Props) {
  const edited = new Set(edits.map(({ key }) => key));
  return (
    <section aria-label={t("disconnect.changes.label")}>
      {changes.length === 0 ? (
        <p>{t("disconnect.changes.none")}</p>
      ) : (
        <Fold title={t("disconnect.changes.title", { count: changes.length })}>
          {kinds.map((kind) => (
            <ChangeGroup
              key={kind}
              title={t(`disconnect.changes.kinds.${kind}`)}
              accountId={accountId}
              changes={changes.filter((change) => change.kind === kind)}
              edited={edited}
            />
          ))}
        </Fold>
      )}
    </section>
  );
}

interface GroupProps {
  title: string;
  accountId: string;
  changes: PreviewFragment["changes"];
  edited: ReadonlySet<string>;
}

function ChangeGroup({ title, accountId, changes, edited }: GroupProps) {
  if (changes.length === 0) return null;
  return (
    <div>
      <h4 className={styles.kind}>{t("disconnect.changes.kind", { kind: title, count: changes.length })}</h4>
      <ChangeList
        changes={changes}
        nodeId={accountId}
        before={t("disconnect.changes.now")}
        after={t("disconnect.changes.after")}
        edited={edited}
      />
    </div>
  );
}
