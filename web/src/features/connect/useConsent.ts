import { useRef, useState } from "react";
import { useMutation } from "urql";
import { graphql } from "../../gql";
import { refusalText } from "../../i18n/serverText";

/** Without an idempotency key: an answer that is kept for one would keep the address, too. */
const BeginConsentMutation = graphql(`
  mutation BeginTikTokAuthorization($returnTo: String) {
    beginTikTokAuthorization(returnTo: $returnTo) {
      url
      userErrors {
        code
        message
      }
    }
  }
`);

export type Consent = ReturnType<typeof useConsent>;

/** Leads the seller to TikTok's consent page, in the top window, as it cannot be in a frame; or tells why not. */
export function useConsent() {
  const [{ fetching, error }, execute] = useMutation(BeginConsentMutation);
  const [refusal, setRefusal] = useState<string>();
  const [leaving, setLeaving] = useState(false);
  const inFlight = useRef(false);

  async function begin() {
    if (inFlight.current) return;
    inFlight.current = true;
    setRefusal(undefined);
    const payload = (await execute({ returnTo: "/" })).data?.beginTikTokAuthorization;
    inFlight.current = false;
    if (payload?.url) {
      setLeaving(true);
      window.open(payload.url, "_top");
    } else {
      const refused = payload?.userErrors[0];
      setRefusal(refused && refusalText("beginTikTokAuthorization", refused));
    }
  }

  return { begin, inFlight: fetching || leaving, error, refusal };
}
