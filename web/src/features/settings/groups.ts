import type { SettingFragment, SettingGroup } from "../../gql/graphql";
import { t } from "../../i18n/messages";

/** What there is to say of a group, beside its name. */
export function aboutOf(group: SettingGroup | undefined): string | undefined {
  return group === "ADS" || group === "TECHNICAL" ? t(`settings.groups.about.${group}`) : undefined;
}

/** The settings of a group: first those that switch the others on and off. */
export function switchesFirst(members: SettingFragment[]): SettingFragment[] {
  const switches = members.filter(({ key }) => key.endsWith(".syncEnabled"));
  return [...switches, ...members.filter((setting) => !switches.includes(setting))];
}
