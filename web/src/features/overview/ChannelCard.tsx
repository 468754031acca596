import { graphql } from "../../gql";
import type { ChannelFragment } from "../../gql/graphql";
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

/** How one channel stands. */
export function ChannelCard({ title, channel, hint, connectAt }: Props) {
  const connected = channel.status === "CONNECTED";
  return (
    <Section title={title} aside={<Badge tone={connected ? "success" : "attention"}>{channel.statusLabel}</Badge>}>
      {channel.accounts.map((account) => (
        <div key={account.id}>
          <p className={styles.name}>{account.name}</p>
          <p className={styles.facts}>
            {account.externalId} · {account.region} · connected since <Timestamp at={account.connectedAt} />
          </p>
        </div>
      ))}
      {!connected && <p>{hint}</p>}
      {!connected && connectAt && (
        <p>
          <ButtonLink variant="primary" to={connectAt}>
            Connect
          </ButtonLink>
        </p>
      )}
    </Section>
  );
}
