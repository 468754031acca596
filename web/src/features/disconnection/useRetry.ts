import { useState } from "react";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import { refusalText } from "../../i18n/serverText";

const RetryMutation = graphql(`
  mutation RetryDisconnection($id: ID!, $key: String!) {
    retryDisconnection(id: $id) @idempotent(key: $key) {
      disconnection {
        ...DisconnectionProgress
      }
      userErrors {
        code
        message
      }
    }
  }
`);

/** Goes on at once with a disconnect that waits or is blocked. */
export function useRetry(id: string) {
  const { send, inFlight, error } = useIdempotentMutation(RetryMutation);
  const [refusal, setRefusal] = useState<string>();
  const retry = async () => {
    setRefusal(undefined);
    const data = await send({ id });
    const refused = data?.retryDisconnection?.userErrors[0];
    setRefusal(refused && refusalText("retryDisconnection", refused));
  };
  return { retry, inFlight, error, refusal };
}
