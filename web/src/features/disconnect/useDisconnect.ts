import { useState } from "react";
import { graphql } from "../../gql";
import type { DisconnectableFragment, DisconnectTikTokShopErrorCode, PreviewFragment } from "../../gql/graphql";
import { useOutcome } from "../notice";
import { useFollow } from "../transitions/TransitionsProvider";
import { useIdempotentMutation } from "../useIdempotentMutation";

const DisconnectMutation = graphql(`
  mutation DisconnectTikTokShop($confirm: Boolean!, $accountId: ID!, $previewToken: String, $key: String!) {
    disconnectTikTokShop(confirm: $confirm, accountId: $accountId, previewToken: $previewToken) @idempotent(key: $key) {
      account {
        ...Disconnectable
      }
      disconnection {
        ...DisconnectionProgress
      }
      overview {
        ...OverviewCards
      }
      userErrors {
        code
        message
      }
    }
  }
`);

interface Refusal {
  code: DisconnectTikTokShopErrorCode;
  message: string;
}

/** Begins to disconnect an account as a preview shows it, if it has one, and goes to the overview; or tells why not. */
export function useDisconnect(account: DisconnectableFragment) {
  const { send, inFlight, error, requestId } = useIdempotentMutation(DisconnectMutation);
  const [refusal, setRefusal] = useState<Refusal>();
  const [stale, setStale] = useState<PreviewFragment>();
  const startOutcome = useOutcome();
  const follow = useFollow();

  async function disconnect(preview: PreviewFragment | null, confirm: boolean): Promise<Refusal["code"] | undefined> {
    const outcome = startOutcome();
    const data = await send({ confirm, accountId: account.id, previewToken: preview?.token });
    const payload = data?.disconnectTikTokShop;
    if (!payload) {
      outcome.failed(`No answer came: whether ${account.name} was disconnected is not known. The overview tells.`);
      return undefined;
    }
    const refused = payload.userErrors[0];
    setStale(refused?.code === "PREVIEW_STALE" && preview ? preview : undefined);
    setRefusal(refused?.code === "PREVIEW_STALE" ? undefined : refused);
    if (refused) outcome.failed(refused.message);
    else if (payload.disconnection) {
      follow({ kind: "disconnect", disconnectionId: payload.disconnection.id });
      outcome.succeeded();
    }
    return refused?.code;
  }

  return { disconnect, inFlight, error, refusal, requestId, stale };
}
