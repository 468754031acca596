import { graphql } from "../../gql";
import type { PresentFragment, WhatChangesFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import styles from "../../shared/values/ChangeList.module.css";
import { isLong } from "../../shared/values/LongValue";
import { SettingValue } from "../../shared/values/SettingValue";
import { descriptionOf, titleOf } from "../../shared/values/titleOf";
import { Badge } from "../../ui/Badge";

graphql(`
  fragment Present on Setting {
    key
    value: shortValue
    valueBytes
  }
`);

export type Foreseen = WhatChangesFragment["changes"];

/** Whether the setting is one of the store at Shopify; any other exists in this app alone. */
export function isInShopify({ definition }: Foreseen[number]): boolean {
  return definition.source === "SHOPIFY";
}

/** Settings that connecting changes, each as it is and as it will be, as far as that is known. */
export function ForeseenChanges({ changes, present }: { changes: Foreseen; present: PresentFragment[] }) {
  const now = new Map(present.map((setting) => [setting.key, setting]));
  return (
    <ul className={styles.changes}>
      {changes.map((change) => (
        <li key={change.key} className={styles.change}>
          <div>
            <p>
              <strong className={styles.title}>{titleOf(change)}</strong>{" "}
              <Badge>{t(isInShopify(change) ? "connect.changes.inShopifyBadge" : "connect.changes.inAppBadge")}</Badge>
            </p>
            <p className={styles.about}>{descriptionOf(change)}</p>
          </div>
          <dl className={styles.values}>
            <div>
              <dt>{t("connect.changes.now")}</dt>
              <dd>
                <Present name={change.key} setting={now.get(change.key)} />
              </dd>
            </div>
            <div>
              <dt>{t("connect.changes.connected")}</dt>
              <dd>
                {change.after === null ? unknown(change.key) : <SettingValue name={change.key} value={change.after} />}
              </dd>
            </div>
          </dl>
        </li>
      ))}
    </ul>
  );
}

function Present({ name, setting }: { name: string; setting: PresentFragment | undefined }) {
  if (setting && isLong(setting.value, setting.valueBytes)) return t("connect.changes.longValue");
  return <SettingValue name={name} value={setting?.value ?? null} />;
}

/** What depends on more than the store's settings. */
function unknown(key: string): string {
  return t(key === "product.published" ? "connect.changes.allPublished" : "connect.changes.dependsOnShop");
}
