import type { AccountFragment, AccountStatus } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { accountKind } from "../../shared/accountKinds";
import { ProblemText } from "../../shared/ProblemText";
import { progressText } from "../../shared/transitions/ProgressFacts";
import { RecordLink } from "../../shared/transitions/TransitionBanner";
import { useTransitions } from "../../shared/transitions/TransitionsProvider";
import { Badge, type Tone } from "../../ui/Badge";
import { ButtonLink } from "../../ui/Button";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./AccountRow.module.css";

const tones: Record<AccountStatus, Tone> = {
  CONNECTING: "attention",
  CONNECTED: "success",
  DISCONNECTING: "attention",
  DISCONNECTED: "neutral",
};

/** One account: who it is, since when, and Disconnect beside a TikTok Shop account that is connected, or being connected. */
export function AccountRow({ account }: { account: AccountFragment }) {
  const problem = account.status === "CONNECTED" ? account.problem : null;
  const disconnectable = account.kind === "TIKTOK_SHOP" && ["CONNECTED", "CONNECTING"].includes(account.status);
  return (
    <li className={styles.row}>
      <div>
        <p className={styles.name}>
          {account.name}{" "}
          <Badge tone={problem ? "attention" : tones[account.status]}>
            {t(`settings.accounts.statuses.${account.status}`)}
          </Badge>
        </p>
        <p className={styles.facts}>
          <Message
            id={account.disconnectedAt ? "settings.accounts.disconnectedAt" : "settings.accounts.connectedSince"}
            values={{
              kind: accountKind(account.kind),
              externalId: account.externalId,
              region: account.region,
              at: <Timestamp at={account.disconnectedAt ?? account.connectedAt} as="record" />,
            }}
          />
        </p>
        {problem && <ProblemText problem={problem} />}
        <AccountProgress account={account} />
      </div>
      {disconnectable && (
        <ButtonLink
          to={`/settings/accounts/${encodeURIComponent(account.id)}/disconnect`}
          aria-label={t("settings.accounts.disconnectAccount", { name: account.name })}
        >
          {t("settings.accounts.disconnect")}
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
