import { useEffect } from "react";
import { useSearchParams } from "react-router";
import { loadTexts } from "../../i18n/language";
import { useNotice } from "../../shared/notice";

/** Its words are loaded when there is something to say. */
async function tell(code: string, notify: ReturnType<typeof useNotice>) {
  const [{ consentOutcome }] = await Promise.all([import("./consentOutcomes"), loadTexts(["consent"])]);
  const outcome = consentOutcome(code);
  if (outcome) notify(outcome);
}

/** Tells a seller who comes back from TikTok's consent page what has happened, once: it is taken out of the address. */
export function ConsentNotice() {
  const [parameters, setParameters] = useSearchParams();
  const notify = useNotice();
  const code = parameters.get("consent");
  useEffect(() => {
    if (code === null) return;
    tell(code, notify);
    setParameters(
      (others) => {
        others.delete("consent");
        return others;
      },
      { replace: true },
    );
  }, [code]);
  return null;
}
