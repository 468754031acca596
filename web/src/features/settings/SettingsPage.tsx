import { Outlet } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { t } from "../../i18n/messages";
import { DailyLimitNotice } from "../../shared/DailyLimitNotice";
import { QueryResult } from "../../shared/QueryResult";
import { Page } from "../../ui/Page";
import { Accounts } from "./Accounts";
import { SaveBar } from "./SaveBar";
import { SettingsList } from "./SettingsList";

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

/** The accounts, and every setting. Dialogs open above it. */
export function SettingsPage() {
  const response = useQuery({ query: SettingsQuery });
  return (
    <>
      <Page title={t("settings.title")}>
        <QueryResult response={response}>
          {(data) => (
            <>
              <DailyLimitNotice />
              <Accounts accounts={data.accounts} />
              <SettingsList {...data} />
            </>
          )}
        </QueryResult>
      </Page>
      <SaveBar />
      <Outlet />
    </>
  );
}
