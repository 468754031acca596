import type { PreviewFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { splitChanges } from "../../shared/changeGroups";
import { GroupFolds } from "../../shared/GroupFolds";
import { ChangeList } from "../../shared/values/ChangeList";
import styles from "./Changes.module.css";

type Changes = PreviewFragment["changes"];

interface Props {
  preview: PreviewFragment;
  accountId: string;
}

/** Every setting that will change, now and after, by group: of each first the store's own, then those that exist for TikTok Shop alone. */
export function Changes({ preview: { changes, edits }, accountId }: Props) {
  const edited = new Set(edits.map(({ key }) => key));
  return (
    <section aria-label={t("disconnect.changes.label")} className={styles.changes}>
      {changes.length === 0 ? (
        <p>{t("disconnect.changes.none")}</p>
      ) : (
        <h3>{t("disconnect.changes.title", { count: changes.length })}</h3>
      )}
      <GroupFolds items={changes} counts={counts}>
        {(items) => (
          <ChangeList
            changes={storesFirst(items)}
            nodeId={accountId}
            before={t("disconnect.changes.now")}
            after={t("disconnect.changes.after")}
            edited={edited}
            kinds
          />
        )}
      </GroupFolds>
    </section>
  );
}

function storesFirst(changes: Changes): Changes {
  const { ofStore, onlyForTikTokShop } = splitChanges(changes);
  return [...ofStore, ...onlyForTikTokShop];
}

function counts(changes: Changes): string[] {
  const { ofStore, onlyForTikTokShop } = splitChanges(changes);
  return [
    ...(ofStore.length > 0 ? [t("disconnect.changes.ofStore", { count: ofStore.length })] : []),
    ...(onlyForTikTokShop.length > 0 ? [t("disconnect.changes.added", { count: onlyForTikTokShop.length })] : []),
  ];
}
