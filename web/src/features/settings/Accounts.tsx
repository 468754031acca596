import { graphql } from "../../gql";
import type { AccountFragment } from "../../gql/graphql";
import { ButtonLink } from "../../ui/Button";
import { Section } from "../../ui/Section";
import { AccountRow } from "./AccountRow";

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
  }
`);

/** The TikTok accounts, with the way to disconnect TikTok Shop, or to connect it. */
export function Accounts({ accounts }: { accounts: AccountFragment[] }) {
  const shop = accounts.some((account) => account.kind === "TIKTOK_SHOP" && account.status !== "DISCONNECTED");
  return (
    <Section title="Accounts">
      <ul>
        {accounts.map((account) => (
          <AccountRow key={account.id} account={account} />
        ))}
      </ul>
      {!shop && (
        <p>
          No TikTok Shop account is connected.{" "}
          <ButtonLink variant="primary" to="/settings/connect">
            Connect
          </ButtonLink>
        </p>
      )}
    </Section>
  );
}
