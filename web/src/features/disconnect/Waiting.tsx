import type { PreviewFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { ExternalLink } from "../../ui/ExternalLink";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./Waiting.module.css";
import { address } from "./warningText";

/** What is open at TikTok and is done in Seller Center from then on: how much, until when, and the way there. */
export function Waiting({ preview }: { preview: PreviewFragment }) {
  const { total, nextDueAt, byTask } = preview.openOrders;
  const open = byTask
    .filter(({ count }) => count > 0)
    .map(({ task, count }) => t(`disconnect.waiting.tasks.${task}`, { count }));
  const unknown = preview.warnings.some(({ code }) => code === "OPEN_ORDERS");
  return (
    <>
      {total === 0 && <p>{t(unknown ? "disconnect.waiting.unknown" : "disconnect.waiting.nothing")}</p>}
      {total > 0 && <p>{open.join(" · ")}</p>}
      {nextDueAt !== null && (
        <p className={styles.deadline}>
          {isSoon(nextDueAt) && <>{t("disconnect.waiting.dueSoon")} </>}
          <Message id="disconnect.waiting.deadline" values={{ at: <Timestamp at={nextDueAt} as="deadline" /> }} />
        </p>
      )}
      <CenterLink warnings={preview.warnings} />
    </>
  );
}

const soon = 24 * 60 * 60 * 1000; // ms: what is done in Shopify or in Seller Center is best done before it moves

function isSoon(at: string): boolean {
  return Date.parse(at) - Date.now() < soon;
}

/** Leads to Seller Center of the shop's region, which the warning names. */
function CenterLink({ warnings }: Pick<PreviewFragment, "warnings">) {
  const moved = warnings.find(({ code }) => code === "ORDERS_MOVE_TO_SELLER_CENTER")?.message ?? "";
  const center = address.exec(moved)?.[0];
  if (!center) return null;
  return (
    <p>
      <Message
        id="disconnect.waiting.center"
        elements={{ link: (words) => <ExternalLink href={center}>{words}</ExternalLink> }}
      />
    </p>
  );
}
