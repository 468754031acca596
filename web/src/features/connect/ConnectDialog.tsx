import { useQuery } from "urql";
import { graphql } from "../../gql";
import { Dialog, DialogBody } from "../../ui/Dialog";
import { QueryResult } from "../QueryResult";
import { useCloseDialog } from "../useCloseDialog";
import { ShopChoice } from "./ShopChoice";
import { useConnect } from "./useConnect";

const SandboxShopsQuery = graphql(`
  query SandboxShops {
    sandboxShops {
      ...Shop
    }
  }
`);

/** Where TikTok would ask the shop's owner, the sandbox offers shops of several kinds. */
export function ConnectDialog() {
  const response = useQuery({ query: SandboxShopsQuery });
  const connection = useConnect();
  const close = useCloseDialog("/settings");
  return (
    <Dialog title="Connect TikTok Shop" busy={connection.inFlight} onClose={close}>
      <QueryResult response={response}>
        {({ sandboxShops }) =>
          sandboxShops.length > 0 ? (
            <ShopChoice shops={sandboxShops} connection={connection} close={close} />
          ) : (
            <DialogBody>
              <p>Start in TikTok Seller Center, where the shop's main owner allows the connection.</p>
            </DialogBody>
          )
        }
      </QueryResult>
    </Dialog>
  );
}
