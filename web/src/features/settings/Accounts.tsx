import { graphql } from "../../gql";
import type { AccountFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { ButtonLink } from "../../ui/Button";
import { Section } from "../../ui/Section";
import { AccountRow } from "./AccountRow";
import { shopStatus } from "./editable";

graphql(`
  fragment Account on Account {
    id
    kind
    name
    externalId
    region
    status
    connectedAt
    disconnectedAt
    problem {
      ...Problem
    }
  }
`);

/** The TikTok accounts, with the way to disconnect TikTok Shop, or to connect it. */
export function Accounts({ accounts }: { accounts: AccountFragment[] }) {
  const shop = shopStatus(accounts);
  return (
    <Section title={t("settings.accounts.title")}>
      <ul>
        {accounts.map((account) => (
          <AccountRow key={account.id} account={account} />
        ))}
      </ul>
      {!shop && (
        <p>
          {t("settings.accounts.none")}{" "}
          <ButtonLink variant="primary" to="/settings/connect">
            {t("settings.accounts.connect")}
          </ButtonLink>
        </p>
      )}
    </Section>
  );
}
