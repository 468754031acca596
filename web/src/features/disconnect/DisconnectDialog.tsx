import { useParams } from "react-router";
import { useQuery } from "urql";
import { requestIdOf } from "../../api/requestIdOf";
import { graphql } from "../../gql";
import { t } from "../../i18n/messages";
import { QueryResult } from "../../shared/QueryResult";
import { useCloseDialog } from "../../shared/useCloseDialog";
import { Dialog, DialogBody } from "../../ui/Dialog";
import { Confirmation } from "./Confirmation";
import { NotDisconnectable } from "./NotDisconnectable";

graphql(`
  fragment Disconnectable on Account {
    ...Account
    disconnectPreview {
      ...Preview
    }
    disconnectionHistory(first: 1) {
      nodes {
        id
      }
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
  const response = useQuery({ query: DisconnectableQuery, requestPolicy: "network-only" });
  const close = useCloseDialog("/settings");
  const { data, error, extensions } = response[0];
  const requestId = requestIdOf(extensions);
  const account = data?.accounts.find((one) => one.id === id);
  if (account && !error && (account.disconnectPreview || account.status === "CONNECTING")) {
    return <Confirmation account={account} preview={account.disconnectPreview} close={close} />;
  }
  return (
    <Dialog title={t("disconnect.title")} onClose={close}>
      <DialogBody>
        <QueryResult response={response}>
          {() => <NotDisconnectable account={account} requestId={requestId} />}
        </QueryResult>
      </DialogBody>
    </Dialog>
  );
}
