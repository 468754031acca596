import type { PreviewFragment, SettingChangeKind } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { splitChanges } from "../../shared/changeGroups";
import { ChangeList } from "../../shared/values/ChangeList";
import { Fold } from "../../ui/Fold";
import styles from "./Changes.module.css";

const kinds: SettingChangeKind[] = ["UPDATED", "ADDED", "REMOVED"];

interface Props {
  preview: PreviewFragment;
  accountId: string;
}

/** Every setting that will change, now and after: the store's own, and in a line those that exist for TikTok Shop alone. */
export function Changes({ preview: { changes, edits }, accountId }: Props) {
  const { ofStore, onlyForTikTokShop } = splitChanges(changes);
  const edited = new Set(edits.map(({ key }) => key));
  return (
    <section aria-label={t("disconnect.changes.label")} className={styles.changes}>
      {changes.length === 0 && <p>{t("disconnect.changes.none")}</p>}
      {ofStore.length > 0 && (
        <Fold title={t("disconnect.changes.title", { count: ofStore.length })}>
          {kinds.map((kind) => (
            <ChangeGroup
              key={kind}
              title={t(`disconnect.changes.kinds.${kind}`)}
              accountId={accountId}
              changes={ofStore.filter((change) => change.kind === kind)}
              edited={edited}
            />
          ))}
        </Fold>
      )}
      {onlyForTikTokShop.length > 0 && (
        <Fold title={t("disconnect.changes.added", { count: onlyForTikTokShop.length })}>
          <SideBySide accountId={accountId} changes={onlyForTikTokShop} edited={edited} />
        </Fold>
      )}
    </section>
  );
}

interface GroupProps {
  accountId: string;
  changes: PreviewFragment["changes"];
  edited: ReadonlySet<string>;
}

function ChangeGroup({ title, ...group }: GroupProps & { title: string }) {
  if (group.changes.length === 0) return null;
  return (
    <div>
      <h4 className={styles.kind}>{t("disconnect.changes.kind", { kind: title, count: group.changes.length })}</h4>
      <SideBySide {...group} />
    </div>
  );
}

function SideBySide({ accountId, changes, edited }: GroupProps) {
  return (
    <ChangeList
      changes={changes}
      nodeId={accountId}
      before={t("disconnect.changes.now")}
      after={t("disconnect.changes.after")}
      edited={edited}
    />
  );
}
