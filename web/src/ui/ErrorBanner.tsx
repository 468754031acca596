import { t } from "../i18n/messages";
import { Banner } from "./Banner";
import { Button } from "./Button";
import { Support } from "./Support";

interface Props {
  message: string;
  requestId: string | undefined;
  retry: (() => void) | undefined;
}

/** An error message, where to turn with the request id under which the log has the details, and a retry button. */
export function ErrorBanner({ message, requestId, retry }: Props) {
  return (
    <Banner tone="critical" title={message}>
      <Support requestId={requestId} />
      {retry && (
        <Button
          onClick={({ currentTarget }) => {
            focusTitle(currentTarget);
            retry();
          }}
        >
          {t("ui.tryAgain")}
        </Button>
      )}
    </Banner>
  );
}

/** The button is removed with the error: the focus moves to the title of what it is part of. */
function focusTitle(button: Element) {
  button.closest("dialog, main")?.querySelector<HTMLElement>("h1, h2")?.focus();
}
