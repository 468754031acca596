import type { CombinedError } from "urql";
import { ErrorBanner } from "../../ui/ErrorBanner";
import { errorMessage } from "../errorMessage";

/** An error of the disconnect mutation. Without a response its outcome is unknown; a retry finds out, and does nothing twice. */
export function DisconnectError({ error, retry }: { error: CombinedError; retry(): void }) {
  const known = errorMessage(error);
  const message = error.networkError
    ? "No answer came, so it may be done or not. Try again: it is carried out once, however often you ask."
    : known.message;
  return <ErrorBanner message={message} requestId={known.requestId} retry={retry} />;
}
