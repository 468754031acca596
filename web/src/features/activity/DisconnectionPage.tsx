import { Outlet, useParams } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { Page } from "../../ui/Page";
import { QueryResult } from "../QueryResult";
import { DisconnectionRecord } from "./DisconnectionRecord";

const DisconnectionQuery = graphql(`
  query Disconnection($id: ID!) {
    disconnection(id: $id) {
      ...Record
    }
  }
`);

/** The record of one disconnect, for ever. A dialog opens above it. */
export function DisconnectionPage() {
  const { id = "" } = useParams();
  const response = useQuery({ query: DisconnectionQuery, variables: { id } });
  return (
    <>
      <Page title="Disconnection">
        <QueryResult key={id} response={response}>
          {({ disconnection }) =>
            disconnection ? <DisconnectionRecord record={disconnection} /> : <p>This store has no such record.</p>
          }
        </QueryResult>
      </Page>
      <Outlet />
    </>
  );
}
