import { graphql } from "../../gql";
import type { DeliveryFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { Badge } from "../../ui/Badge";
import { Timestamp } from "../../ui/Timestamp";
import { topicName } from "./topics";
import styles from "./Webhooks.module.css";

graphql(`
  fragment Delivery on WebhookDelivery {
    id
    event {
      id
      topic
    }
    attempt
    sentAt
    status
    error
    durationMs
  }
`);

/** One attempt to send an event, and what became of it. */
export function DeliveryRow({ delivery }: { delivery: DeliveryFragment }) {
  const { event, attempt, sentAt, status, error, durationMs } = delivery;
  return (
    <li className={styles.row}>
      <p className={styles.name}>
        {topicName(event.topic)}{" "}
        {error === null ? (
          <Badge tone="success">{t("webhooks.delivery.taken")}</Badge>
        ) : (
          <Badge tone="attention">{t("webhooks.delivery.failed")}</Badge>
        )}
      </p>
      <p className={styles.subdued}>
        <Message
          id="webhooks.delivery.facts"
          values={{
            at: <Timestamp at={sentAt} as="fromNow" />,
            attempt,
            answer: status === null ? t("webhooks.delivery.noAnswer") : t("webhooks.delivery.status", { status }),
            duration: durationMs,
          }}
        />
      </p>
      {error !== null && (
        <p lang="en" className={styles.failed}>
          {error}
        </p>
      )}
    </li>
  );
}
