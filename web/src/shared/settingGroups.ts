import type { SettingGroup } from "../gql/graphql";
import { t } from "../i18n/messages";

/** What has to be known of a setting, or of a change of one, to say which group it is in. */
export interface Grouped {
  definition: { group: SettingGroup } | null;
}

/** The groups of settings, in the order in which every page and dialog shows them. */
const allGroups: SettingGroup[] = ["PRODUCTS", "PRICES", "STOCK", "ORDERS", "SHIPPING", "TAXES", "ADS", "TECHNICAL"];

/** The settings of one group. */
export interface Group<Item> {
  /** Undefined for groups that this version of the page does not know. */
  group: SettingGroup | undefined;
  /** What sellers call it. */
  name: string;
  /** At least one. */
  items: Item[];
}

/** The items by the group of their settings; what the app has no definition of any more is technical. */
export function byGroup<Item extends Grouped>(items: Item[]): Group<Item>[] {
  return [...allGroups, undefined]
    .map((group) => ({
      group,
      name: group ? t(`shared.groups.${group}`) : t("shared.groups.other"),
      items: items.filter((item) => groupOf(item) === group),
    }))
    .filter((one) => one.items.length > 0);
}

function groupOf({ definition }: Grouped): SettingGroup | undefined {
  return definition ? allGroups.find((group) => group === definition.group) : "TECHNICAL";
}

/** A count of settings, such as "1 setting". */
export function settingsCount(count: number): string {
  return t("shared.settingsCount", { count });
}
