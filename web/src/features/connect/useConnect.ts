import { useState } from "react";
import { useNavigate } from "react-router";
import { graphql } from "../../gql";
import type { JustDone } from "../overview/Done";
import { useKeyedMutation } from "../useKeyedMutation";

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

/** Connects the shop an authorization code stands for, and goes to the overview; or tells why not. */
export function useConnect() {
  const { send, running, error } = useKeyedMutation(ConnectMutation);
  const [refusal, refuse] = useState<string>();
  const navigate = useNavigate();

  async function connect(code: string) {
    const payload = (await send({ code }))?.connectTikTokShop;
    if (!payload) return;
    refuse(payload.userErrors[0]?.message);
    if (payload.account) {
      const done: JustDone = { connected: payload.account.name };
      navigate("/", { replace: true, state: done });
    }
  }

  return { connect, running, error, refusal };
}
