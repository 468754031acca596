import type { PreviewFragment, SettingChangeKind } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { ChangeList } from "../../shared/values/ChangeList";
import { Fold } from "../../ui/Fold";
import styles from "./Changes.module.css";

const kinds: SettingChangeKind[] = ["UPDATED", "ADDED", "REMOVED"];

interface Props {
  changes: PreviewFragment["changes"];
  accountId: string;
}

/** Every setting of the account's store that will change, now and after. */
export function Changes({ changes, accountId }: Props) {
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
            />
          ))}
        </Fold>
      )}
    </section>
  );
}

function ChangeGroup({ title, accountId, changes }: Props & { title: string }) {
  if (changes.length === 0) return null;
  return (
    <div>
      <h4 className={styles.kind}>{t("disconnect.changes.kind", { kind: title, count: changes.length })}</h4>
      <ChangeList
        changes={changes}
        nodeId={accountId}
        before={t("disconnect.changes.now")}
        after={t("disconnect.changes.after")}
        markEdits
      />
    </div>
  );
}
