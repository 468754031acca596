import { useClient } from "urql";
import { graphql } from "../../gql";
import type { AccountInTransitionFragment } from "../../gql/graphql";
import { useNotify } from "../notice";
import { accountOf, type Followed } from "./transitions";

const OutcomeQuery = graphql(`
  query Outcome($id: ID!) {
    disconnection(id: $id) {
      id
      restoration {
        exceptions(first: 1) {
          totalCount
        }
      }
    }
  }
`);

/** Tells the seller that a connect or a disconnect is done. */
export function useAnnouncement() {
  const client = useClient();
  const notify = useNotify();

  return async (done: Followed, accounts: AccountInTransitionFragment[]) => {
    const account = accountOf(done, accounts);
    if (!account) return;
    const { name, status } = account;
    if (done.kind === "connect") return notify({ text: `${name} is connected.` });
    if (status !== "DISCONNECTED") return; // it is connected again
    const record = done.disconnectionId;
    const { data } = await client.query(OutcomeQuery, { id: record }, { requestPolicy: "network-only" });
    const exceptions = data?.disconnection?.restoration.exceptions.totalCount;
    notify({ text: `${name} is disconnected. ${outcome(exceptions)}`, record });
  };
}

function outcome(exceptions: number | undefined): string {
  if (exceptions === undefined) return "The record tells how the store's settings went back.";
  if (exceptions === 0) return "The store's settings are as they were before it was connected.";
  const entries = exceptions === 1 ? "1 entry" : `${exceptions} entries`;
  return `The store's settings are as they were before it was connected, but for ${entries}: the record lists what could not be put back.`;
}
