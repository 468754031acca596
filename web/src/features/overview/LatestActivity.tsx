import { Link } from "react-router";
import { type UseQueryResponse, useClient } from "urql";
import { graphql } from "../../gql";
import type { EntryFragment, LatestActivityQuery as LatestActivityData } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { AuditEntryRow } from "../../shared/activity/AuditEntryRow";
import { Runs } from "../../shared/activity/Runs";
import { endOfRun, runsOf } from "../../shared/activity/runs";
import { useOlderEntries } from "../../shared/activity/useOlderEntries";
import { QueryResult } from "../../shared/QueryResult";
import { Section } from "../../ui/Section";

export const LatestActivityQuery = graphql(`
  query LatestActivity {
    accounts {
      id
      kind
    }
    auditTrail(first: 10) {
      edges {
        cursor
        node {
          ...Entry
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const OlderEntriesQuery = graphql(`
  query OlderEntries($first: Int!, $after: String) {
    auditTrail(first: $first, after: $after) {
      edges {
        cursor
        node {
          ...Entry
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const maxRuns = 5; // that are listed

interface Props {
  response: UseQueryResponse<LatestActivityData>;
  /** Whether the page says already that it cannot be read. */
  told: boolean;
}

/** The last things that were done to the store. */
export function LatestActivity({ response, told }: Props) {
  if (told && !response[0].data) return null;
  return (
    <Section title={t("overview.latestActivity")} aside={<Link to="/activity">{t("overview.allActivity")}</Link>}>
      <QueryResult response={response} told={told}>
        {({ auditTrail }) => <LatestRuns page={auditTrail} />}
      </QueryResult>
    </Section>
  );
}

function LatestRuns({ page }: { page: LatestActivityData["auditTrail"] }) {
  const client = useClient();
  const { edges } = useOlderEntries<EntryFragment>({
    page,
    isEnough: areWhole,
    read: async (first, after) => {
      const { data } = await client.query(OlderEntriesQuery, { first, after }, { requestPolicy: "cache-first" });
      return data?.auditTrail;
    },
  });
  if (edges.length === 0) return <p>{t("audit.none")}</p>;
  const runs = runsOf(edges.map(({ node }) => node)).slice(0, maxRuns);
  return <Runs runs={runs}>{(entry) => <AuditEntryRow entry={entry} />}</Runs>;
}

/** Whether there are as many runs as are listed, and they do not go on beyond the entries. */
function areWhole(entries: EntryFragment[]): boolean {
  const runs = runsOf(entries);
  const listed = runs.slice(0, maxRuns).flat().length;
  return runs.length > maxRuns && endOfRun(entries, listed) !== undefined;
}
