import { useClient } from "urql";
import { graphql } from "../../gql";
import type { AccountInTransitionFragment, OutcomeQuery } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { useNotify } from "../notice";
import { accountOf, type Followed } from "./transitions";

const outcomeQuery = graphql(`
  query Outcome($id: ID!) {
    disconnection(id: $id) {
      id
      account {
        id
        status
      }
      restoration {
        restoredDigest
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
    const { name } = account;
    if (done.kind === "connect") return notify({ text: t("transitions.connected", { name }) });
    const record = done.disconnectionId;
    // Its own page may have read it before the account was.
    const { data } = await client.query(outcomeQuery, { id: record }, { requestPolicy: "network-only" });
    const status = data?.disconnection?.account.status;
    if (status === "CONNECTING" || status === "CONNECTED") return; // again
    notify({ text: outcome(name, data?.disconnection?.restoration), record });
  };
}

type Restoration = NonNullable<OutcomeQuery["disconnection"]>["restoration"];

function outcome(name: string, restoration: Restoration | undefined): string {
  if (restoration === undefined) return t("transitions.disconnected.unknown", { name });
  if (restoration.restoredDigest === null) return t("transitions.disconnected.notRead", { name }); // it was accepted as it is
  const count = restoration.exceptions.totalCount;
  return count === 0
    ? t("transitions.disconnected.whole", { name })
    : t("transitions.disconnected.exceptions", { name, count });
}
