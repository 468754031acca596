import type { EventTopic } from "../../gql/graphql";
import { t } from "../../i18n/messages";

/** The topics, in the order in which they are offered. */
export const allTopics: EventTopic[] = [
  "ACCOUNT_CONNECTED",
  "ACCOUNT_DISCONNECTING",
  "DISCONNECTION_BLOCKED",
  "ACCOUNT_DISCONNECTED",
  "SETTINGS_UPDATED",
  "TIKTOK_AUTHORIZATION_EXPIRING",
  "TIKTOK_AUTHORIZATION_LOST",
  "STORE_UNINSTALLED",
];

/** What a topic is called. */
export function topicName(topic: EventTopic): string {
  return t(`webhooks.topics.${topic}`);
}

/** The names of topics, in a line. */
export function listTopics(topics: EventTopic[]): string {
  return topics.length === allTopics.length ? t("webhooks.allTopics") : topics.map(topicName).join(", ");
}
