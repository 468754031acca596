import { Banner } from "./Banner";
import { Button } from "./Button";

interface Props {
  message: string;
  requestId: string | undefined;
  again: (() => void) | undefined;
}

/** Something did not work: what, the id under which the log has it, and another try. */
export function Failure({ message, requestId, again }: Props) {
  return (
    <Banner tone="critical" title={message}>
      {requestId && (
        <p>
          Request id: <code>{requestId}</code>
        </p>
      )}
      {again && (
        <Button
          onClick={({ currentTarget }) => {
            focusTitle(currentTarget);
            again();
          }}
        >
          Try again
        </Button>
      )}
    </Banner>
  );
}

/** The button goes when the failure does; the focus stays on what it is part of. */
function focusTitle(button: Element) {
  button.closest("dialog, main")?.querySelector<HTMLElement>("h1, h2")?.focus();
}
