import type { RecordFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { splitChanges } from "../../shared/changeGroups";
import { ChangeList } from "../../shared/values/ChangeList";
import { Fold } from "../../ui/Fold";
import { Section } from "../../ui/Section";
import styles from "./DisconnectionRecord.module.css";

/** Each setting before the disconnect and after it: the store's, and in a line those that were for TikTok Shop alone. */
export function RestoredSettings({ record }: { record: RecordFragment }) {
  const { changes, edits, restoredDigest } = record.restoration;
  const edited = new Set(edits.map(({ key }) => key));
  const { ofStore, onlyForTikTokShop } = splitChanges(changes);
  const parts = [
    { what: t("disconnection.settings.wentBack", { count: ofStore.length }), changes: ofStore },
    { what: t("disconnection.settings.removed", { count: onlyForTikTokShop.length }), changes: onlyForTikTokShop },
  ].filter((part) => part.changes.length > 0);
  return (
    <Section title={t("disconnection.settings.title")}>
      {changes.length === 0 && (
        <p>{t(restoredDigest === null ? "disconnection.settings.notYet" : "disconnection.settings.none")}</p>
      )}
      <div className={styles.changes}>
        {parts.map((part) => (
          <Fold key={part.what} title={withEdits(part, edited)}>
            <ChangeList
              changes={part.changes}
              nodeId={record.id}
              before={t("disconnection.settings.before")}
              after={t("disconnection.settings.after")}
              edited={edited}
            />
          </Fold>
        ))}
      </div>
    </Section>
  );
}

interface Part {
  what: string;
  changes: RecordFragment["restoration"]["changes"];
}

/** With how many of them somebody had edited by hand, as the preview has told before. */
function withEdits({ what, changes }: Part, edited: ReadonlySet<string>): string {
  const count = changes.filter(({ key }) => edited.has(key)).length;
  return count === 0 ? what : t("disconnection.settings.withEdits", { what, count });
}
