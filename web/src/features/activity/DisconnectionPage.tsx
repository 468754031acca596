import { useParams } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { Page } from "../../ui/Page";
import { Answer } from "../Answer";
import { Record } from "./Record";

const DisconnectionQuery = graphql(`
  query Disconnection($id: ID!) {
    disconnection(id: $id) {
      ...Record
    }
  }
`);

/** The record of one disconnect, for ever. */
export function DisconnectionPage() {
  const { id = "" } = useParams();
  const answer = useQuery({ query: DisconnectionQuery, variables: { id } });
  return (
    <Page title="Disconnection">
      <Answer key={id} to={answer}>
        {({ disconnection }) =>
          disconnection ? <Record record={disconnection} /> : <p>This store has no such record.</p>
        }
      </Answer>
    </Page>
  );
}
