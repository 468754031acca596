import type { ReactNode } from "react";
import type { CombinedError } from "urql";
import { errorMessage, hasCode } from "../api/errorMessage";
import { ErrorBanner } from "../ui/ErrorBanner";

interface Props {
  error: CombinedError;
  /** What to do when it is not known whether anything was made. */
  children: ReactNode;
}

/** What to do when no response came to what makes a secret, or another than one about it. */
export function LostResponse({ error, children }: Props) {
  return (
    <>
      <ErrorBanner {...errorMessage(error)} retry={undefined} />
      {!nothingDone(error) && <p>{children}</p>}
    </>
  );
}

function nothingDone(error: CombinedError): boolean {
  return hasCode(error, "TRY_AGAIN", "THROTTLED", "OVERLOADED", "UNAUTHENTICATED", "FORBIDDEN");
}
