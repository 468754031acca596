import { Link, useSearchParams } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { ActivityQuery as ActivityData } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { QueryResult } from "../../shared/QueryResult";
import { ButtonLink } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import styles from "./ActivityPage.module.css";
import { Filters } from "./Filters";
import { addressOf, type Filter, filterOf, variablesOf } from "./filter";
import { Runs } from "./Runs";

const ActivityQuery = graphql(`
  query Activity($after: String, $actorKinds: [ActorKind!], $actorName: String, $actions: [AuditAction!]) {
    auditTrail(first: 10, after: $after, actorKinds: $actorKinds, actorName: $actorName, actions: $actions) {
      nodes {
        ...Entry
        changes {
          ...Change
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

/** The audit trail, a page at a time, whole or of some; each page has an address of its own. */
export function ActivityPage() {
  const parameters = useSearchParams()[0];
  const filter = filterOf(parameters);
  const after = parameters.get("after");
  const response = useQuery({ query: ActivityQuery, variables: { after, ...variablesOf(filter) } });
  return (
    <Page title={t("activity.title")}>
      <Filters filter={filter} entries={response[0].data?.auditTrail.nodes ?? []} />
      <QueryResult key={parameters.toString()} response={response}>
        {(data) => <AuditTrail {...data.auditTrail} filter={filter} />}
      </QueryResult>
    </Page>
  );
}

function AuditTrail({ nodes, pageInfo, filter }: ActivityData["auditTrail"] & { filter: Filter }) {
  const filtered = filter.who !== "" || filter.what !== "";
  // With a filter a page may be empty although others follow.
  const nothing = pageInfo.hasNextPage ? "activity.nothingOfThatYet" : "activity.nothingOfThat";
  return (
    <Section title={t("activity.trail")}>
      {nodes.length === 0 && (
        <p>
          {t(filtered ? nothing : "audit.none")}{" "}
          {filtered && <Link to="/activity">{t("activity.showEverything")}</Link>}
        </p>
      )}
      <Runs entries={nodes} />
      <nav className={styles.pages} aria-label={t("activity.pages")}>
        {pageInfo.hasPreviousPage && <ButtonLink to={addressOf(filter)}>{t("activity.newest")}</ButtonLink>}
        {pageInfo.hasNextPage && (
          <ButtonLink to={addressOf(filter, pageInfo.endCursor)}>{t("activity.older")}</ButtonLink>
        )}
      </nav>
    </Section>
  );
}
