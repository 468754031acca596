import type { SettingFragment, SettingGroup } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { groupName } from "../../shared/changeGroups";

/** What a group is called, and what there is to say of it. */
export function textsOf(group: SettingGroup): { title: string; about?: string } {
  const about = group === "ADS" || group === "TECHNICAL" ? t(`settings.groups.about.${group}`) : undefined;
  return { title: groupName(group), ...(about && { about }) };
}

/** The group of a setting: what the app has no definition of any more is technical. */
export function groupOf({ definition }: Pick<SettingFragment, "definition">): SettingGroup {
  return definition?.group ?? "TECHNICAL";
}

/** The settings of a group: first those that switch the others on and off. */
export function membersOf(group: SettingGroup, settings: SettingFragment[]): SettingFragment[] {
  const members = settings.filter((setting) => groupOf(setting) === group);
  const switches = members.filter(({ key }) => key.endsWith(".syncEnabled"));
  return [...switches, ...members.filter((setting) => !switches.includes(setting))];
}
