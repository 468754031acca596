import { useSearchParams } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import type { ActivityQuery as ActivityData } from "../../gql/graphql";
import { ButtonLink } from "../../ui/Button";
import { Page } from "../../ui/Page";
import { Section } from "../../ui/Section";
import { QueryResult } from "../QueryResult";
import { ChangeList } from "../settings/ChangeList";
import styles from "./ActivityPage.module.css";
import { AuditEntryRow } from "./AuditEntries";
import entryStyles from "./AuditEntries.module.css";

const ActivityQuery = graphql(`
  query Activity($after: String) {
    auditTrail(first: 10, after: $after) {
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

/** The audit trail, a page at a time; each page has an address of its own. */
export function ActivityPage() {
  const after = useSearchParams()[0].get("after");
  const response = useQuery({ query: ActivityQuery, variables: { after } });
  return (
    <Page title="Activity">
      <QueryResult key={after} response={response}>
        {(data) => <AuditTrail {...data.auditTrail} />}
      </QueryResult>
    </Page>
  );
}

function AuditTrail({ nodes, pageInfo }: ActivityData["auditTrail"]) {
  return (
    <Section title="Audit trail">
      {nodes.length === 0 && <p>Nothing has been done yet.</p>}
      <ul className={entryStyles.entries}>
        {nodes.map((entry) => (
          <li key={entry.id}>
            <AuditEntryRow entry={entry} />
            {entry.changes.length > 0 && (
              <details>
                <summary>
                  {entry.changes.length === 1 ? "1 setting" : `${entry.changes.length} settings`} changed
                </summary>
                <ChangeList changes={entry.changes} nodeId={entry.id} before="Before" after="After" />
              </details>
            )}
          </li>
        ))}
      </ul>
      <nav className={styles.pages} aria-label="Pages of the audit trail">
        {pageInfo.hasPreviousPage && <ButtonLink to="/activity">Newest</ButtonLink>}
        {pageInfo.hasNextPage && (
          <ButtonLink to={`/activity?after=${encodeURIComponent(pageInfo.endCursor ?? "")}`}>Older</ButtonLink>
        )}
      </nav>
    </Section>
  );
}
