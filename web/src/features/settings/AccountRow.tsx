import type { AccountFragment, AccountKind } from "../../gql/graphql";
import { Badge } from "../../ui/Badge";
import { ButtonLink } from "../../ui/Button";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./AccountRow.module.css";

const kinds: Record<AccountKind, string> = {
  TIKTOK_SHOP: "TikTok Shop",
  TIKTOK_FOR_BUSINESS: "TikTok for Business",
};

/** One account: who it is, since when, and Disconnect beside a connected TikTok Shop account. */
export function AccountRow({ account }: { account: AccountFragment }) {
  const connected = account.status === "CONNECTED";
  return (
    <li className={styles.row}>
      <div>
        <p className={styles.name}>
          {account.name}{" "}
          <Badge tone={connected ? "success" : "neutral"}>{connected ? "Connected" : "Disconnected"}</Badge>
        </p>
        <p className={styles.facts}>
          {kinds[account.kind]} · {account.externalId} · {account.region} ·{" "}
          {account.disconnectedAt ? "disconnected " : "connected since "}
          <Timestamp at={account.disconnectedAt ?? account.connectedAt} />
        </p>
      </div>
      {connected && account.kind === "TIKTOK_SHOP" && (
        <ButtonLink
          to={`/settings/accounts/${encodeURIComponent(account.id)}/disconnect`}
          aria-label={`Disconnect ${account.name}`}
        >
          Disconnect
        </ButtonLink>
      )}
    </li>
  );
}
