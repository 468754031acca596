import type { ReactNode } from "react";
import { t } from "../i18n/messages";
import { Fold } from "../ui/Fold";
import { byGroup, type Group, type Grouped } from "./settingGroups";

interface Props<Item> {
  items: Item[];
  /** What there is to count in a group, such as "2 of your store", one after the other. */
  counts(items: Item[]): string[];
  children(items: Item[]): ReactNode;
}

/** Changes of settings in folds, one for each group, in the order and under the names of the settings page. */
export function GroupFolds<Item extends Grouped>({ items, counts, children }: Props<Item>) {
  return byGroup(items).map((group) => (
    <Fold key={group.name} title={titleOf(group, counts)}>
      {children(group.items)}
    </Fold>
  ));
}

function titleOf<Item>({ name, items }: Group<Item>, counts: Props<Item>["counts"]): string {
  return t("shared.groups.counted", { name, counts: counts(items).join(" · ") });
}
