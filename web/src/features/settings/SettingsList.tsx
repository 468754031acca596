import { useState } from "react";
import type { AccountFragment, SettingFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { allGroups } from "../../shared/changeGroups";
import { useResources } from "../../shared/values/resourceNames";
import { isEditable, shopStatus } from "./editable";
import { membersOf, textsOf } from "./groups";
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
      {allGroups.map((group) => {
        const members = membersOf(group, settings);
        if (members.length === 0) return null;
        const count = members.filter((setting) => found.has(setting)).length;
        return (
          <SettingsGroup
            key={group}
            {...textsOf(group)}
            folded={group === "TECHNICAL"}
            searching={searching}
            count={count}
            hidden={count === 0}
          >
            {members.map((setting) => (
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
