import { useState } from "react";
import { errorMessage } from "../../api/errorMessage";
import { useIdempotentMutation } from "../../api/useIdempotentMutation";
import { graphql } from "../../gql";
import { t } from "../../i18n/messages";
import { refusalText } from "../../i18n/serverText";
import { useHandoffPages } from "./useHandoffPages";

const AcknowledgeMutation = graphql(`
  mutation AcknowledgeHandoffItems($ids: [ID!]!, $key: String!) {
    acknowledgeHandoffItems(ids: $ids) @idempotent(key: $key) {
      handoffItems {
        ...HandoffItem
      }
      userErrors {
        code
        message
      }
    }
  }
`);

/** Notes that items of a disconnect are taken over: some of them, or all that nobody has taken over yet. */
export function useAcknowledge(disconnectionId: string, reload: () => void) {
  const { send, error } = useIdempotentMutation(AcknowledgeMutation);
  const readPages = useHandoffPages();
  const [inFlight, setInFlight] = useState(false);
  const [refusal, setRefusal] = useState<string>();

  async function note(work: () => Promise<void>) {
    setInFlight(true);
    setRefusal(undefined);
    await work().catch(() => setRefusal(t("disconnection.handoff.notAllNoted")));
    setInFlight(false);
    reload();
  }
  async function acknowledgeSome(ids: string[]) {
    const data = await send({ ids });
    const refused = data?.acknowledgeHandoffItems?.userErrors[0];
    if (refused) setRefusal(refusalText("acknowledgeHandoffItems", refused));
    if (!data) throw new Error("no answer came");
  }

  return {
    acknowledge: (ids: string[]) => note(() => acknowledgeSome(ids)),
    acknowledgeAll: () =>
      note(async () => {
        for await (const page of readPages(disconnectionId)) {
          const open = page.filter((item) => item.acknowledgedAt === null);
          if (open.length > 0) await acknowledgeSome(open.map((item) => item.id));
        }
      }),
    inFlight,
    problem: inFlight ? undefined : error ? errorMessage(error).message : refusal,
  };
}
