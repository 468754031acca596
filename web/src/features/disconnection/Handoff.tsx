import { useState } from "react";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { HandoffQuery as HandoffData } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { QueryResult } from "../../shared/QueryResult";
import { usePolling } from "../../shared/transitions/usePolling";
import { Section } from "../../ui/Section";
import media from "./DisconnectionRecord.module.css";
import { HandoffOnPaper } from "./HandoffOnPaper";
import { HandoffSection } from "./HandoffSection";
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
        {paper && <HandoffOnPaper items={paper.items} />}
        {(!paper || paper.cut) && <p>{t("disconnection.handoff.unreadOnPaper")}</p>}
      </Section>
    </div>
  );
}

function isBeingRead({ status, handoff }: Record): boolean {
  return handoff.readAt === null && status !== "COMPLETE";
}

/** Records from before orders were listed have nothing to say of them. */
function isWorthShowing({ status, progress, handoff }: Record): boolean {
  return handoff.readAt !== null || handoff.totalCount > 0 || status !== "COMPLETE" || progress.problem !== null;
}
