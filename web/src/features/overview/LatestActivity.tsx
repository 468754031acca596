import { Link } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { Section } from "../../ui/Section";
import { AuditEntries } from "../activity/AuditEntries";
import { QueryResult } from "../QueryResult";

const LatestActivityQuery = graphql(`
  query LatestActivity {
    auditTrail(first: 5) {
      nodes {
        ...Entry
      }
    }
  }
`);

/** The last things that were done to the store. */
export function LatestActivity() {
  const response = useQuery({ query: LatestActivityQuery });
  return (
    <Section title="Latest activity" aside={<Link to="/activity">All activity</Link>}>
      <QueryResult response={response}>{({ auditTrail }) => <AuditEntries entries={auditTrail.nodes} />}</QueryResult>
    </Section>
  );
}
