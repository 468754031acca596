import { useState } from "react";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import type { DisconnectableFragment, DisconnectTikTokShopErrorCode, PreviewFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useOutcome } from "../../shared/notice";
import { useFollow } from "../../shared/transitions/TransitionsProvider";

const DisconnectMutation = graphql(`
  mutation DisconnectTikTokShop($confirm: Boolean!, $accountId: ID!, $previewToken: String, $key: String!) {
    disconnectTikTokShop(confirm: $confirm, accountId: $accountId, previewToken: $previewToken) @idempotent(key: $key) {
      account {
        ...Disconnectable
      }
      disconnection {
        disconnectedAt
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
      outcome.failed(t("disconnect.unknown", { name: account.name }));
      return undefined;
    }
    const refused = payload.userErrors[0];
    setStale(refused?.code === "PREVIEW_STALE" && preview ? preview : undefined);
    setRefusal(refused?.code === "PREVIEW_STALE" ? undefined : refused);
    if (refused) outcome.failed(refusalText("disconnectTikTokShop", refused));
    else if (payload.disconnection) {
      const { id: disconnectionId, disconnectedAt: since } = payload.disconnection;
      follow({ kind: "disconnect", accountId: account.id, since, disconnectionId });
      outcome.succeeded();
    }
    return refused?.code;
  }

  return { disconnect, inFlight, error, refusal, requestId, stale };
}
