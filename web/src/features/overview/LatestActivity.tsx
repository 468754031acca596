import { Link } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { Section } from "../../ui/Section";
import { Answer } from "../Answer";
import { Entries } from "../activity/Entries";

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
  const answer = useQuery({ query: LatestActivityQuery });
  return (
    <Section title="Latest activity" beside={<Link to="/activity">All activity</Link>}>
      <Answer to={answer}>{({ auditTrail }) => <Entries entries={auditTrail.nodes} />}</Answer>
    </Section>
  );
}
