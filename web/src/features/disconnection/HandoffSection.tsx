import type { HandoffItemFragment, HandoffQuery } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { problemText } from "../../i18n/serverText";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Section } from "../../ui/Section";
import media from "./DisconnectionRecord.module.css";
import { DownloadHandoff } from "./DownloadHandoff";
import styles from "./Handoff.module.css";
import { HandoffItems } from "./HandoffItems";
import { HandoffOnPaper } from "./HandoffOnPaper";
import { useAcknowledge } from "./useAcknowledge";
import type { Paper } from "./usePaper";

type Record = NonNullable<HandoffQuery["disconnection"]>;

interface SectionProps {
  record: Record;
  /** The cursors that led to this page. */
  pages: string[];
  onPages(pages: string[]): void;
  reload(): void;
  /** What was read to be printed. */
  paper: Paper | undefined;
}

/** The list with what is to be done about it, and its short form on paper. */
export function HandoffSection({ record, pages, onPages, reload, paper }: SectionProps) {
  const { id, handoff } = record;
  const { acknowledge, acknowledgeAll, inFlight, problem } = useAcknowledge(id, reload);
  const { totalCount, unacknowledgedCount, nodes, pageInfo } = handoff;
  return (
    <Section title={t("disconnection.handoff.title")} aside={totalCount > 0 && <DownloadHandoff id={id} />}>
      <p role="status">{summary(record)}</p>
      {problem && <Banner tone="critical" title={problem} />}
      <div className={media.screen}>
        <HandoffItems items={nodes} busy={inFlight} onTakenOver={(item) => acknowledge([item])} />
      </div>
      <div className={media.paper}>
        <Printed items={paper && !paper.cut ? paper.items : nodes} of={totalCount} cut={paper?.cut} />
      </div>
      <div className={styles.actions}>
        {unacknowledgedCount > 0 && (
          <Button busy={inFlight} onClick={acknowledgeAll}>
            {t(inFlight ? "disconnection.handoff.noting" : "disconnection.handoff.allTakenOver")}
          </Button>
        )}
        {pages.length > 0 && (
          <Button onClick={() => onPages(pages.slice(0, -1))}>{t("disconnection.handoff.previous")}</Button>
        )}
        {pageInfo.hasNextPage && (
          <Button onClick={() => onPages([...pages, pageInfo.endCursor ?? ""])}>
            {t("disconnection.handoff.next")}
          </Button>
        )}
      </div>
    </Section>
  );
}

/** What is printed, and of what is not how much it is and where. */
function Printed({ items, of, cut = false }: { items: HandoffItemFragment[]; of: number; cut: boolean | undefined }) {
  const rest = of - items.length;
  const counts = { listed: items.length, count: of, rest };
  return (
    <>
      <HandoffOnPaper items={items} />
      {rest > 0 && (
        <p>
          {cut ? t("disconnection.handoff.restUnreadable", counts) : t("disconnection.handoff.someOnPaper", counts)}
        </p>
      )}
    </>
  );
}

function summary({ status, progress, handoff }: Record): string {
  const { totalCount, unacknowledgedCount, readAt } = handoff;
  const counted = t("disconnection.handoff.counted", { total: totalCount, waiting: unacknowledgedCount });
  if (readAt !== null) return totalCount > 0 ? counted : t("disconnection.handoff.nothing");
  if (progress.problem?.code.startsWith("TIKTOK")) return problemText(progress.problem);
  return status === "COMPLETE" ? counted : t("disconnection.handoff.beingRead");
}
