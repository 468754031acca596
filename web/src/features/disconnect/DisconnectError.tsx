import type { CombinedError } from "urql";
import { errorMessage } from "../../api/errorMessage";
import { t } from "../../i18n/messages";
import { ErrorBanner } from "../../ui/ErrorBanner";

/** An error of the disconnect mutation. Without a response its outcome is unknown; a retry finds out, and does nothing twice. */
export function DisconnectError({ error, retry }: { error: CombinedError; retry(): void }) {
  const known = errorMessage(error);
  const message = error.networkError ? t("disconnect.inDoubt") : known.message;
  return <ErrorBanner message={message} requestId={known.requestId} retry={retry} />;
}
