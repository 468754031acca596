import { useParams } from "react-router";
import { useQuery } from "urql";
import { graphql } from "../../gql";
import { Dialog, DialogBody } from "../../ui/Dialog";
import { Answer } from "../Answer";
import { useClose } from "../useClose";
import { Confirmation } from "./Confirmation";
import { NothingToDisconnect } from "./NothingToDisconnect";

graphql(`
  fragment Disconnectable on Account {
    ...Account
    disconnectPreview {
      ...Preview
    }
    disconnections {
      id
      disconnectedAt
    }
  }
`);

const DisconnectableQuery = graphql(`
  query Disconnectable {
    accounts {
      ...Disconnectable
    }
  }
`);

/** What disconnecting would do, to be confirmed. */
export function DisconnectDialog() {
  const { accountId: id = "" } = useParams();
  const answer = useQuery({ query: DisconnectableQuery, requestPolicy: "network-only" });
  const close = useClose("/settings");
  const { data, error } = answer[0];
  const account = data?.accounts.find((one) => one.id === id);
  if (account?.disconnectPreview && !error) {
    return <Confirmation account={account} preview={account.disconnectPreview} close={close} />;
  }
  return (
    <Dialog title="Disconnect TikTok Shop" onClose={close}>
      <DialogBody>
        <Answer to={answer}>{() => <NothingToDisconnect account={account} />}</Answer>
      </DialogBody>
    </Dialog>
  );
}
