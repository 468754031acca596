import { Link } from "react-router";
import { graphql } from "../../gql";
import type { EndpointFragment, WebhookEndpointStatus } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { Badge, type Tone } from "../../ui/Badge";
import { Timestamp } from "../../ui/Timestamp";
import { listTopics } from "./topics";
import styles from "./Webhooks.module.css";

graphql(`
  fragment Endpoint on WebhookEndpoint {
    id
    url
    topics
    createdAt
    status
  }
`);

const tones: Record<WebhookEndpointStatus, Tone> = { ACTIVE: "success", FAILING: "attention", DISABLED: "neutral" };

/** One endpoint in the list; its page has what can be done with it. */
export function EndpointRow({ endpoint }: { endpoint: EndpointFragment }) {
  return (
    <li className={styles.row}>
      <p className={styles.name}>
        <Link to={`/webhook-endpoints/${encodeURIComponent(endpoint.id)}`}>{endpoint.url}</Link>{" "}
        <StatusBadge status={endpoint.status} />
      </p>
      <EndpointFacts endpoint={endpoint} />
    </li>
  );
}

/** What is sent there, since when. */
export function EndpointFacts({ endpoint: { topics, createdAt } }: { endpoint: EndpointFragment }) {
  return (
    <p className={styles.subdued}>
      <Message
        id="webhooks.facts"
        values={{ topics: listTopics(topics), at: <Timestamp at={createdAt} as="fromNow" /> }}
      />
    </p>
  );
}

export function StatusBadge({ status }: { status: WebhookEndpointStatus }) {
  return <Badge tone={tones[status]}>{t(`webhooks.statuses.${status}`)}</Badge>;
}
