import type { CombinedError } from "urql";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { errorMessage, hasCode } from "../errorMessage";

/** What to do when no response came, or another than one about the key. */
export function LostResponse({ error }: { error: CombinedError }) {
  return (
    <>
      <ErrorBanner {...errorMessage(error)} retry={undefined} />
      {!nothingDone(error) && (
        <p>
          Whether there is a new key is not known: close this, and look at the list. Nobody can read the secret of a key
          whose answer was lost, so revoke it and create another.
        </p>
      )}
    </>
  );
}

function nothingDone(error: CombinedError): boolean {
  return hasCode(error, "TRY_AGAIN", "THROTTLED", "OVERLOADED", "UNAUTHENTICATED", "FORBIDDEN");
}
