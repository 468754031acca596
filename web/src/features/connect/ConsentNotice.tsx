import { useEffect } from "react";
import { useSearchParams } from "react-router";
import { useNotice } from "../../shared/notice";
import { consentOutcome } from "./consentOutcomes";

/** Tells a seller who comes back from TikTok's consent page what has happened, once: it is taken out of the address. */
export function ConsentNotice() {
  const [parameters, setParameters] = useSearchParams();
  const notify = useNotice();
  const code = parameters.get("consent");
  useEffect(() => {
    if (code === null) return;
    const outcome = consentOutcome(code);
    if (outcome) notify(outcome);
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
