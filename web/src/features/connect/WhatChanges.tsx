import type { ReactNode } from "react";
import { graphql } from "../../gql";
import type { PresentFragment, WhatChangesFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { countByGroup } from "../../shared/changeGroups";
import { Fold } from "../../ui/Fold";
import { type Foreseen, ForeseenChanges } from "./ForeseenChanges";
import { Probation } from "./Probation";
import styles from "./WhatChanges.module.css";

graphql(`
  fragment WhatChanges on ConnectPreview {
    changes {
      key
      scope
      kind
      after
      definition {
        title
        description
        group
        source
      }
    }
  }
`);

interface Props {
  preview: WhatChangesFragment;
  /** The settings as they are. */
  present: PresentFragment[];
}

/** What connecting changes, before anybody is asked for anything: in the store at Shopify, in this app alone, and what stays. */
export function WhatChanges({ preview: { changes }, present }: Props) {
  const inStore = changes.filter(({ definition }) => definition.source === "SHOPIFY");
  const inApp = changes.filter(({ definition }) => definition.source !== "SHOPIFY");
  return (
    <section aria-label={t("connect.changes.label")} className={styles.answers}>
      <Answer title={t("connect.changes.inShopify")}>
        <p>{summary(inStore)}</p>
      </Answer>
      <Answer title={t("connect.changes.inApp")}>
        <p>{summary(inApp)}</p>
      </Answer>
      <Answer title={t("connect.changes.stays")}>
        <p>{t("connect.changes.staysText")}</p>
      </Answer>
      <Answer title={t("connect.changes.changeOfMind")}>
        <Probation />
      </Answer>
      <div className={styles.each}>
        {inStore.length > 0 && (
          <Fold title={t("connect.changes.eachInShopify", { count: inStore.length })}>
            <ForeseenChanges changes={inStore} present={present} />
          </Fold>
        )}
        {inApp.length > 0 && (
          <Fold title={t("connect.changes.eachInApp", { count: inApp.length })}>
            <ForeseenChanges changes={inApp} present={present} />
          </Fold>
        )}
      </div>
    </section>
  );
}

function Answer({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className={styles.answer}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function summary(changes: Foreseen): string {
  if (changes.length === 0) return t("connect.changes.nothing");
  const groups = countByGroup(changes).map((group) => t("connect.changes.group", group));
  return t("connect.changes.some", { count: changes.length, groups: groups.join(" · ") });
}
