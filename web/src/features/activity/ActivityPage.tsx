import { Link, useSearchParams } from "react-router";
import { useClient, useQuery } from "urql";
import { graphql } from "../../gql";
import type { ActivityQuery as ActivityData } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { Runs } from "../../shared/activity/Runs";
import { endOfRun, runsOf } from "../../shared/activity/runs";
import { useOlderEntries } from "../../shared/activity/useOlderEntries";
import { QueryResult } from "../../shared/QueryResult";
import { ButtonLink } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import styles from "./ActivityPage.module.css";
import { type Entry, EntryWithChanges } from "./EntryWithChanges";
import { Filters } from "./Filters";
import { addressOf, type Filter, filterOf, variablesOf } from "./filter";

const ActivityQuery = graphql(`
  query Activity($first: Int!, $after: String, $actorKinds: [ActorKind!], $actorName: String, $actions: [AuditAction!]) {
    auditTrail(first: $first, after: $after, actorKinds: $actorKinds, actorName: $actorName, actions: $actions) {
      edges {
        cursor
        node {
          ...Entry
          changes {
            ...Change
          }
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        endCursor
      }
    }
  }
`);

const first = 10; // entries of a page, but for the end of its last run

/** The audit trail, a page at a time, whole or of some; each page has an address of its own. */
export function ActivityPage() {
  const parameters = useSearchParams()[0];
  const filter = filterOf(parameters);
  const after = parameters.get("after");
  const response = useQuery({ query: ActivityQuery, variables: { first, after, ...variablesOf(filter) } });
  return (
    <Page title={t("activity.title")}>
      <Filters filter={filter} entries={response[0].data?.auditTrail.edges.map(({ node }) => node) ?? []} />
      <QueryResult key={parameters.toString()} response={response}>
        {({ auditTrail }) => <AuditTrail page={auditTrail} filter={filter} />}
      </QueryResult>
    </Page>
  );
}

function AuditTrail({ page, filter }: { page: ActivityData["auditTrail"]; filter: Filter }) {
  const { edges, end, reading } = useWholeRuns(page, filter);
  const { hasPreviousPage, hasNextPage } = page.pageInfo;
  const filtered = filter.who !== "" || filter.what !== "";
  // With a filter a page may be empty although others follow.
  const nothing = hasNextPage ? "activity.nothingOfThatYet" : "activity.nothingOfThat";
  return (
    <Section title={t("activity.trail")}>
      {edges.length === 0 && (
        <p>
          {t(filtered ? nothing : "audit.none")}{" "}
          {filtered && <Link to="/activity">{t("activity.showEverything")}</Link>}
        </p>
      )}
      <Runs runs={runsOf(edges.map(({ node }) => node))}>{(entry) => <EntryWithChanges entry={entry} />}</Runs>
      <nav className={styles.pages} aria-label={t("activity.pages")}>
        {hasPreviousPage && <ButtonLink to={addressOf(filter)}>{t("activity.newest")}</ButtonLink>}
        {!reading && end !== undefined && <ButtonLink to={addressOf(filter, end)}>{t("activity.older")}</ButtonLink>}
      </nav>
    </Section>
  );
}

/** The entries of a page, and those after it that its last run goes on with; end is where the next page begins, if there is one. */
function useWholeRuns(page: ActivityData["auditTrail"], filter: Filter) {
  const client = useClient();
  const size = page.edges.length;
  const { edges, pageInfo, reading } = useOlderEntries<Entry>({
    page,
    isEnough: (entries) => endOfRun(entries, size) !== undefined,
    read: async (more, after) => {
      const variables = { first: more, after, ...variablesOf(filter) };
      const { data } = await client.query(ActivityQuery, variables, { requestPolicy: "cache-first" });
      return data?.auditTrail;
    },
  });
  const length = endOfRun(
    edges.map(({ node }) => node),
    size,
  );
  const whole = edges.slice(0, length);
  const more = pageInfo.hasNextPage || whole.length < edges.length;
  return { edges: whole, end: more ? (whole.at(-1)?.cursor ?? pageInfo.endCursor) : undefined, reading };
}
