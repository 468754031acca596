import { useState } from "react";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useOutcome } from "../../shared/notice";
import { useFollow } from "../../shared/transitions/TransitionsProvider";

const ConnectMutation = graphql(`
  mutation ConnectTikTokShop($code: String!, $key: String!) {
    connectTikTokShop(authorizationCode: $code) @idempotent(key: $key) {
      account {
        ...Account
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

export type Connection = ReturnType<typeof useConnect>;

/** Begins to connect the shop an authorization code stands for, and goes to the overview; or tells why not. */
export function useConnect() {
  const { send, inFlight, error } = useIdempotentMutation(ConnectMutation);
  const [refusal, setRefusal] = useState<string>();
  const startOutcome = useOutcome();
  const follow = useFollow();

  async function connect(code: string) {
    const outcome = startOutcome();
    const payload = (await send({ code }))?.connectTikTokShop;
    if (!payload) return outcome.failed(t("connect.unknown"));
    const [userError] = payload.userErrors;
    const refused = userError && refusalText("connectTikTokShop", userError);
    setRefusal(refused);
    if (refused !== undefined) outcome.failed(refused);
    else if (payload.account) {
      const { id: accountId, connectedAt: since } = payload.account;
      follow({ kind: "connect", accountId, since });
      outcome.succeeded();
    }
  }

  return { connect, inFlight, error, refusal };
}
