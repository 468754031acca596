import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { HandoffQuery as HandoffData } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { problemText } from "../../i18n/serverText";
import { QueryResult } from "../../shared/QueryResult";
import { usePolling } from "../../shared/transitions/usePolling";
import { Banner } from "../../ui/Banner";
import { Button } from "../../ui/Button";
import { Section } from "../../ui/Section";
import media from "./DisconnectionRecord.module.css";
import { DownloadHandoff } from "./DownloadHandoff";
import styles from "./Handoff.module.css";
import { HandoffItems } from "./HandoffItems";
import { useAcknowledge } from "./useAcknowledge";
import type { Paper } from "./usePaper";

const HandoffQuery = graphql(`
  query Handoff($id: ID!, $after: String) {
    disconnection(id: $id) {
      id
      status
      progress {
        problem {
          ...Problem
        }
      }
      handoff(first: 20, after: $after) {
        totalCount
        unacknowledgedCount
        readAt
        nodes {
          ...HandoffItem
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

type Record = NonNullable<HandoffData["disconnection"]>;

/** What was open at TikTok when the store was disconnected, a page at a time, and who has taken it over. */
export function Handoff({ id, paper }: { id: string; paper: Paper | undefined }) {
  const [pages, setPages] = useState<string[]>([]); // the cursors that led to this page
  const response = useQuery({ query: HandoffQuery, variables: { id, after: pages.at(-1) ?? null } });
  const [{ data, fetching }, refetch] = response;
  const reload = () => refetch({ requestPolicy: "network-only" });
  const record = data?.disconnection;
  usePolling(!!record && isBeingRead(record), () => {
    if (!fetching) reload();
  });
  return (
    <>
      <QueryResult key={pages.at(-1)} response={response}>
        {({ disconnection }) =>
          disconnection && isWorthShowing(disconnection) ? (
            <HandoffSection record={disconnection} pages={pages} onPages={setPages} reload={reload} paper={paper} />
          ) : null
        }
      </QueryResult>
      {!data && <UnreadOnPaper paper={paper} />}
    </>
  );
}

/** What is printed where the page has no list to show. */
function UnreadOnPaper({ paper }: { paper: Paper | undefined }) {
  return (
    <div className={media.paper}>
      <Section title={t("disconnection.handoff.title")}>
        {paper && <HandoffItems items={paper.items} busy onTakenOver={() => {}} />}
        {(!paper || paper.cut) && <p>{t("disconnection.handoff.unreadOnPaper")}</p>}
      </Section>
    </div>
  );
}

interface SectionProps {
  record: Record;
  pages: string[];
  onPages(pages: string[]): void;
  reload(): void;
  /** What was read to be printed. */
  paper: Paper | undefined;
}

function HandoffSection({ record, pages, onPages, reload, paper }: SectionProps) {
  const { id, handoff } = record;
  const { acknowledge, acknowledgeAll, inFlight, problem } = useAcknowledge(id, reload);
  const { totalCount, unacknowledgedCount, nodes, pageInfo } = handoff;
  const printed = Math.max(nodes.length, paper?.items.length ?? 0);
  const notListed = totalCount - printed;
  const inPlace = paper && paper.items.length > nodes.length;
  return (
    <Section title={t("disconnection.handoff.title")} aside={totalCount > 0 && <DownloadHandoff id={id} />}>
      <p role="status">{summary(record)}</p>
      {problem && <Banner tone="critical" title={problem} />}
      <div className={inPlace ? media.screen : undefined}>
        <HandoffItems items={nodes} busy={inFlight} onTakenOver={(item) => acknowledge([item])} />
      </div>
      <div className={media.paper}>
        {inPlace && <HandoffItems items={paper.items} busy onTakenOver={() => {}} />}
        {notListed > 0 && (
          <p>
            {t(paper?.cut ? "disconnection.handoff.restUnreadable" : "disconnection.handoff.someOnPaper", {
              listed: totalCount - notListed,
              count: totalCount,
            })}
          </p>
        )}
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

function isBeingRead({ status, handoff }: Record): boolean {
  return handoff.readAt === null && status !== "COMPLETE";
}

/** Records from before orders were listed have nothing to say of them. */
function isWorthShowing({ status, progress, handoff }: Record): boolean {
  return handoff.readAt !== null || handoff.totalCount > 0 || status !== "COMPLETE" || progress.problem !== null;
}

function summary({ status, progress, handoff }: Record): string {
  const { totalCount, unacknowledgedCount, readAt } = handoff;
  const counted = t("disconnection.handoff.counted", { total: totalCount, waiting: unacknowledgedCount });
  if (readAt !== null) return totalCount > 0 ? counted : t("disconnection.handoff.nothing");
  if (progress.problem?.code.startsWith("TIKTOK")) return problemText(progress.problem);
  return status === "COMPLETE" ? counted : t("disconnection.handoff.beingRead");
}
