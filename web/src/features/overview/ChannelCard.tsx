import { Fragment } from "react";
import { graphql } from "../../gql";
import type { ChannelFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { channelStatusText } from "../../i18n/serverText";
import { ProblemText } from "../../shared/ProblemText";
import { Badge } from "../../ui/Badge";
import { ButtonLink } from "../../ui/Button";
import { Section } from "../../ui/Section";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./ChannelCard.module.css";

graphql(`
  fragment Channel on ChannelOverview {
    status
    statusLabel
    accounts {
      id
      name
      externalId
      region
      connectedAt
      problem {
        ...Problem
      }
    }
  }
`);

interface Props {
  title: string;
  channel: ChannelFragment;
  /** What to do while no account is connected. */
  hint: string;
  connectAt: string | undefined;
}

/** The status in words; what needs attention is told by the problem of the account that it is about. */
function statusText({ status, statusLabel, accounts }: ChannelFragment): string {
  return channelStatusText(accounts.find(({ problem }) => problem)?.problem?.code ?? status, statusLabel);
}

/** How one channel stands. */
export function ChannelCard({ title, channel, hint, connectAt }: Props) {
  const connected = channel.status === "CONNECTED";
  return (
    <Section
      title={title}
      aside={<Badge tone={channel.statusLabel === "Connected" ? "success" : "attention"}>{statusText(channel)}</Badge>}
    >
      {channel.accounts.map((account) => (
        <Fragment key={account.id}>
          <div>
            <p className={styles.name}>{account.name}</p>
            <p className={styles.facts}>
              <Message
                id="overview.facts"
                values={{
                  externalId: account.externalId,
                  region: account.region,
                  at: <Timestamp at={account.connectedAt} as="record" />,
                }}
              />
            </p>
          </div>
          {account.problem && <AccountProblem account={account} problem={account.problem} />}
        </Fragment>
      ))}
      {!connected && <p>{hint}</p>}
      {!connected && connectAt && (
        <p>
          <ButtonLink variant="primary" to={connectAt}>
            {t("overview.connect")}
          </ButtonLink>
        </p>
      )}
    </Section>
  );
}

interface AccountProblemProps {
  account: ChannelFragment["accounts"][number];
  problem: NonNullable<ChannelFragment["accounts"][number]["problem"]>;
}

/** What the seller does about an account that does not work, or soon will not. */
function AccountProblem({ account, problem }: AccountProblemProps) {
  return (
    <>
      <ProblemText problem={problem} />
      <p>
        <ButtonLink
          to={`/settings/accounts/${encodeURIComponent(account.id)}/disconnect`}
          aria-label={t("overview.disconnectAccount", { name: account.name })}
        >
          {t("overview.disconnect")}
        </ButtonLink>
      </p>
    </>
  );
}
