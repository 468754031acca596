import type { ReactNode } from "react";
import { graphql } from "../../gql";
import type { PresentFragment, WhatChangesFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { GroupFolds } from "../../shared/GroupFolds";
import { byGroup } from "../../shared/settingGroups";
import { type Foreseen, ForeseenChanges, isInShopify } from "./ForeseenChanges";
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
  return (
    <section aria-label={t("connect.changes.label")} className={styles.answers}>
      <Answer title={t("connect.changes.inShopify")}>
        <p>{summary(inShopify(changes))}</p>
      </Answer>
      <Answer title={t("connect.changes.inApp")}>
        <p>{summary(inApp(changes))}</p>
      </Answer>
      <Answer title={t("connect.changes.stays")}>
        <p>{t("connect.changes.staysText")}</p>
      </Answer>
      <Answer title={t("connect.changes.changeOfMind")}>
        <Probation />
      </Answer>
      {changes.length > 0 && (
        <div className={styles.each}>
          <h3>{t("connect.changes.each", { count: changes.length })}</h3>
          <GroupFolds items={changes} counts={places}>
            {(items) => <ForeseenChanges changes={[...inShopify(items), ...inApp(items)]} present={present} />}
          </GroupFolds>
        </div>
      )}
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

function inShopify(changes: Foreseen): Foreseen {
  return changes.filter(isInShopify);
}

function inApp(changes: Foreseen): Foreseen {
  return changes.filter((change) => !isInShopify(change));
}

/** How many changes of a group are where. */
function places(changes: Foreseen): string[] {
  const [store, app] = [inShopify(changes).length, inApp(changes).length];
  return [
    ...(store > 0 ? [t("connect.changes.countInShopify", { count: store })] : []),
    ...(app > 0 ? [t("connect.changes.countInApp", { count: app })] : []),
  ];
}

function summary(changes: Foreseen): string {
  if (changes.length === 0) return t("connect.changes.nothing");
  const groups = byGroup(changes).map(({ name, items }) => t("connect.changes.group", { name, count: items.length }));
  return t("connect.changes.some", { count: changes.length, groups: groups.join(" · ") });
}
