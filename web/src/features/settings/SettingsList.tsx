import { useState } from "react";
import type { AccountFragment, SettingFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { byGroup } from "../../shared/settingGroups";
import { useResources } from "../../shared/values/resourceNames";
import { isEditable, shopStatus } from "./editable";
import { aboutOf, switchesFirst } from "./groups";
import { SettingRow } from "./SettingRow";
import { SettingsGroup } from "./SettingsGroup";
import { SettingsSearch } from "./SettingsSearch";
import { connectedSince, foundText, isChangedSince, matches } from "./search";

/** Every setting, by what a seller looks for it under. What is not looked for is hidden, and keeps what is typed in it. */
export function SettingsList({ accounts, settings }: { accounts: AccountFragment[]; settings: SettingFragment[] }) {
  const [query, setQuery] = useState("");
  const [onlyChanged, setOnlyChanged] = useState(false);
  const resources = useResources();
  const shop = shopStatus(accounts);
  const since = connectedSince(accounts);
  const changed = new Set(settings.filter((setting) => isChangedSince(setting, since)));
  const filtering = onlyChanged && since !== undefined;
  const searching = filtering || query.trim() !== "";
  const found = new Set(
    settings.filter(
      (setting) =>
        (!filtering || changed.has(setting)) && matches(setting, query.trim(), (id) => resources.get(id)?.name),
    ),
  );
  return (
    <>
      <SettingsSearch
        query={query}
        setQuery={setQuery}
        onlyChanged={since === undefined ? undefined : onlyChanged}
        setOnlyChanged={setOnlyChanged}
        changed={changed.size}
        found={searching ? foundText(found.size) : ""}
      />
      {byGroup(settings).map(({ group, name, items }) => {
        const count = items.filter((setting) => found.has(setting)).length;
        return (
          <SettingsGroup
            key={name}
            title={name}
            about={aboutOf(group)}
            folded={group === "TECHNICAL"}
            searching={searching}
            count={count}
            hidden={count === 0}
          >
            {switchesFirst(items).map((setting) => (
              <SettingRow
                key={setting.key}
                setting={setting}
                editable={isEditable(setting, shop)}
                changed={changed.has(setting)}
                hidden={!found.has(setting)}
              />
            ))}
          </SettingsGroup>
        );
      })}
      {shop === undefined && <p>{t("settings.groups.none")}</p>}
    </>
  );
}
