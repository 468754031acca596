import { useQuery } from "urql";
import { graphql } from "../../gql";
import { Dialog, DialogBody } from "../../ui/Dialog";
import { Answer } from "../Answer";
import { useClose } from "../useClose";
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
  const answer = useQuery({ query: SandboxShopsQuery });
  const connection = useConnect();
  const close = useClose("/settings");
  return (
    <Dialog title="Connect TikTok Shop" busy={connection.running} onClose={close}>
      <Answer to={answer}>
        {({ sandboxShops }) =>
          sandboxShops.length > 0 ? (
            <ShopChoice shops={sandboxShops} connection={connection} close={close} />
          ) : (
            <DialogBody>
              <p>Start in TikTok Seller Center, where the shop's main owner allows the connection.</p>
            </DialogBody>
          )
        }
      </Answer>
    </Dialog>
  );
}
