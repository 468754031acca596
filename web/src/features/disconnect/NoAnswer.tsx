import type { CombinedError } from "urql";
import { Failure } from "../../ui/Failure";
import { told } from "../failure";

/** Whether it was done is not known; trying again finds out, and does nothing twice. */
export function NoAnswer({ error, again }: { error: CombinedError; again(): void }) {
  const failure = told(error);
  const message = error.networkError
    ? "No answer came, so it may be done or not. Try again: it is carried out once, however often you ask."
    : failure.message;
  return <Failure message={message} requestId={failure.requestId} again={again} />;
}
