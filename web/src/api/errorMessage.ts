import type { CombinedError } from "urql";
import { t } from "../i18n/messages";
import { faultText } from "../i18n/serverText";

interface ErrorMessage {
  message: string;
  requestId: string | undefined;
}

/** The error message for the seller about an operation that failed. */
export function errorMessage(error: CombinedError): ErrorMessage {
  const [first] = error.graphQLErrors;
  const requestId = requestIdOf(error);
  if (!first) return { message: t("api.unreachable"), requestId };
  if (hasCode(error, "UNAUTHENTICATED")) return { message: t("api.signIn"), requestId };
  return { message: faultText(String(first.extensions?.code), first.message), requestId };
}

export function hasCode(error: CombinedError | undefined, ...codes: string[]): boolean {
  return error?.graphQLErrors.some((one) => codes.includes(String(one.extensions?.code))) ?? false;
}

function requestIdOf({ graphQLErrors: [first], response }: CombinedError): string | undefined {
  const id = first?.extensions?.requestId;
  return typeof id === "string" ? id : ((response as Response | undefined)?.headers.get("X-Request-Id") ?? undefined);
}
