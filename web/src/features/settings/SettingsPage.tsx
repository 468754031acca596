import { Outlet } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { Page } from "../../ui/Page";
import { QueryResult } from "../QueryResult";
import { Accounts } from "./Accounts";
import { SettingsGroup } from "./SettingsGroup";

const SettingsQuery = graphql(`
  query Settings {
    accounts {
      ...Account
    }
    settings {
      ...Setting
    }
  }
`);

const groups = [
  { scope: "STORE", title: "Store", about: "The store's own settings. Disconnecting TikTok Shop puts them back." },
  { scope: "TIKTOK_SHOP", title: "TikTok Shop", about: "Exist while a TikTok Shop account is connected." },
  {
    scope: "ADS",
    title: "TikTok for Business",
    about: "The ads channel. Disconnecting TikTok Shop leaves it as it is.",
  },
] as const;

/** The accounts, and every setting by what it belongs to. Dialogs open above it. */
export function SettingsPage() {
  const response = useQuery({ query: SettingsQuery });
  return (
    <>
      <Page title="Settings">
        <QueryResult response={response}>
          {({ accounts, settings }) => (
            <>
              <Accounts accounts={accounts} />
              {groups.map(({ scope, ...group }) => (
                <SettingsGroup
                  key={scope}
                  {...group}
                  settings={settings.filter((setting) => setting.scope === scope)}
                />
              ))}
            </>
          )}
        </QueryResult>
      </Page>
      <Outlet />
    </>
  );
}
