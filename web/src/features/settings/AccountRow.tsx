import type { AccountFragment, AccountKind, AccountStatus } from "../../gql/graphql";
import { Badge, type Tone } from "../../ui/Badge";
import { ButtonLink } from "../../ui/Button";
import { Timestamp } from "../../ui/Timestamp";
import { progressText } from "../transitions/ProgressFacts";
import { RecordLink } from "../transitions/TransitionBanner";
import { useTransitions } from "../transitions/TransitionsProvider";
import styles from "./AccountRow.module.css";

const kinds: Record<AccountKind, string> = {
  TIKTOK_SHOP: "TikTok Shop",
  TIKTOK_FOR_BUSINESS: "TikTok for Business",
};

const statuses: Record<AccountStatus, { tone: Tone; text: string }> = {
  CONNECTING: { tone: "attention", text: "Being connected" },
  CONNECTED: { tone: "success", text: "Connected" },
  DISCONNECTING: { tone: "attention", text: "Being disconnected" },
  DISCONNECTED: { tone: "neutral", text: "Disconnected" },
};

/** One account: who it is, since when, and Disconnect beside a TikTok Shop account that is connected, or being connected. */
export function AccountRow({ account }: { account: AccountFragment }) {
  const disconnectable = account.kind === "TIKTOK_SHOP" && ["CONNECTED", "CONNECTING"].includes(account.status);
  const { tone, text } = statuses[account.status];
  return (
    <li className={styles.row}>
      <div>
        <p className={styles.name}>
          {account.name} <Badge tone={tone}>{text}</Badge>
        </p>
        <p className={styles.facts}>
          {kinds[account.kind]} · {account.externalId} · {account.region} ·{" "}
          {account.disconnectedAt ? "disconnected " : "connected since "}
          <Timestamp at={account.disconnectedAt ?? account.connectedAt} />
        </p>
        <AccountProgress account={account} />
      </div>
      {disconnectable && (
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

/** How far connecting or disconnecting it is. */
function AccountProgress({ account }: { account: AccountFragment }) {
  const transition = useTransitions().find(({ accountId }) => accountId === account.id);
  if (!transition) return null;
  return (
    <p>
      {progressText(transition.progress, transition.blocked)} <RecordLink transition={transition} />
    </p>
  );
}
