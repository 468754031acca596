import { useId } from "react";
import type { EventTopic } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import field from "../../shared/Field.module.css";
import { allTopics, topicName } from "./topics";
import styles from "./Webhooks.module.css";

interface Props {
  topics: EventTopic[];
  change(topics: EventTopic[]): void;
}

/** What is sent; none that is chosen stands for everything. */
export function TopicsField({ topics, change }: Props) {
  const hint = useId();
  return (
    <fieldset className={styles.topics} aria-describedby={hint}>
      <legend className={field.label}>{t("webhooks.topics.label")}</legend>
      {allTopics.map((topic) => (
        <label key={topic} className={styles.topic}>
          <input
            type="checkbox"
            checked={topics.includes(topic)}
            onChange={({ target }) =>
              change(target.checked ? [...topics, topic] : topics.filter((other) => other !== topic))
            }
          />
          {topicName(topic)}
        </label>
      ))}
      <p id={hint} className={field.hint}>
        {t("webhooks.topics.hint")}
      </p>
    </fieldset>
  );
}
