import { graphql } from "../../gql";
import type { HandoffItemFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { stateText } from "../../i18n/serverText";
import { byActor } from "../../shared/actor";
import { Button } from "../../ui/Button";
import { ExternalLink } from "../../ui/ExternalLink";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./Handoff.module.css";

graphql(`
  fragment HandoffItem on HandoffItem {
    id
    task
    orderId
    state
    dueAt
    url
    acknowledgedAt
    acknowledgedBy {
      kind
      name
    }
  }
`);

interface Props {
  items: HandoffItemFragment[];
  busy: boolean;
  onTakenOver(id: string): void;
}

/** Open orders and requests, the nearest deadline first, each with its page in Seller Center. */
export function HandoffItems({ items, busy, onTakenOver }: Props) {
  return (
    <ul className={styles.items}>
      {items.map((item) => (
        <li key={item.id} className={styles.item}>
          <div>
            <p>
              {t(`disconnection.handoff.tasks.${item.task}`)} ·{" "}
              <ExternalLink href={item.url} label={t("disconnection.handoff.order", { id: item.orderId })}>
                {item.orderId}
              </ExternalLink>
            </p>
            <p className={styles.state}>{stateText(item.state)}</p>
          </div>
          <p>{item.dueAt === null ? t("disconnection.handoff.noDeadline") : <Due at={item.dueAt} />}</p>
          <TakenOver item={item} busy={busy} onTakenOver={onTakenOver} />
        </li>
      ))}
    </ul>
  );
}

function Due({ at }: { at: string }) {
  return <Message id="disconnection.handoff.due" values={{ at: <Timestamp at={at} as="deadline" /> }} />;
}

function TakenOver({ item, busy, onTakenOver }: Pick<Props, "busy" | "onTakenOver"> & { item: HandoffItemFragment }) {
  if (item.acknowledgedAt === null)
    return (
      <Button
        busy={busy}
        aria-label={t("disconnection.handoff.takeOver", {
          task: t(`disconnection.handoff.tasks.${item.task}`),
          id: item.orderId,
        })}
        onClick={() => onTakenOver(item.id)}
      >
        {t("disconnection.handoff.takenOver")}
      </Button>
    );
  return (
    <p className={styles.state}>
      <Message
        id="disconnection.handoff.takenOverBy"
        values={{
          actor: item.acknowledgedBy && byActor(item.acknowledgedBy),
          at: <Timestamp at={item.acknowledgedAt} as="record" />,
        }}
      />
    </p>
  );
}
