import type { SettingFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { byActor } from "../../shared/actor";
import { CopyButton } from "../../ui/CopyButton";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./SettingDetails.module.css";

/** What few want to know of a setting, folded: who changed it, what a disconnect does to it, its key. */
export function SettingDetails({ setting, title }: { setting: SettingFragment; title: string }) {
  return (
    <details className={styles.details}>
      <summary aria-label={t("settings.details.label", { title })}>{t("settings.details.title")}</summary>
      <dl className={styles.facts}>
        <dt>{t("settings.details.changed")}</dt>
        <dd>
          <Message
            id="settings.details.by"
            values={{ actor: byActor(setting.updatedBy), at: <Timestamp at={setting.updatedAt} as="fromNow" /> }}
          />
        </dd>
        <dt>{t("settings.details.atDisconnect")}</dt>
        <dd>{t(`settings.details.outcomes.${setting.scope}`)}</dd>
        <dt>{t("settings.details.key")}</dt>
        <dd className={styles.key}>
          <code>{setting.key}</code> <CopyButton text={setting.key} label={t("settings.details.copyKey", { title })} />
        </dd>
      </dl>
    </details>
  );
}
