import type { HandoffItemFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { byActor } from "../../shared/actor";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./HandoffOnPaper.module.css";

/** Open orders and requests in two columns of small type, the nearest deadline first: as many as a sheet has room for. */
export function HandoffOnPaper({ items }: { items: HandoffItemFragment[] }) {
  return (
    <ul className={styles.items}>
      {items.map(({ id, task, orderId, dueAt, acknowledgedAt, acknowledgedBy }) => (
        <li key={id} className={styles.item}>
          {t(`disconnection.handoff.tasks.${task}`)} · {orderId} ·{" "}
          {dueAt === null ? (
            t("disconnection.handoff.noDeadline")
          ) : (
            <Message id="disconnection.handoff.due" values={{ at: <Timestamp at={dueAt} as="record" /> }} />
          )}
          {acknowledgedAt !== null && acknowledgedBy && (
            <>
              {" · "}
              {t("disconnection.handoff.takenOverOnPaper", { actor: byActor(acknowledgedBy) })}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
