import { useState } from "react";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { usePolling } from "../../shared/transitions/usePolling";

const RedeliverEventsMutation = graphql(`
  mutation RedeliverEvents($id: ID!, $key: String!) {
    redeliverEvents(endpointId: $id, last: 1) @idempotent(key: $key) {
      webhookEndpoint {
        id
      }
      userErrors {
        code
        message
      }
    }
  }
`);

/** Sends the newest event that an endpoint wants again, to try it; reload shows the log anew for a while then. */
export function useSendLatest(id: string, reload: () => void) {
  const { send: redeliver, inFlight } = useIdempotentMutation(RedeliverEventsMutation);
  const [said, say] = useState("");
  const [left, setLeft] = useState(0); // how often the log is shown anew still
  usePolling(left > 0, () => {
    setLeft(left - 1);
    reload();
  });

  async function send() {
    say("");
    const payload = (await redeliver({ id }))?.redeliverEvents;
    if (!payload) return say(t("webhooks.actions.sendUnknown"));
    const [refused] = payload.userErrors;
    say(refused ? refusalText("redeliverEvents", refused) : t("webhooks.actions.beingSent"));
    if (!refused) setLeft(10);
  }

  return { send, inFlight, said };
}
