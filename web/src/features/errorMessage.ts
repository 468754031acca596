import type { CombinedError } from "urql";

interface ErrorMessage {
  message: string;
  requestId: string | undefined;
}

const unreachable = "The app's server cannot be reached. Check the connection and try again.";

/** The error message for the seller about an operation that failed. */
export function errorMessage(error: CombinedError): ErrorMessage {
  const [first] = error.graphQLErrors;
  const requestId = requestIdOf(error);
  if (!first) return { message: unreachable, requestId };
  if (hasCode(error, "UNAUTHENTICATED"))
    return { message: "Open the app from your Shopify admin to sign in.", requestId };
  return { message: first.message, requestId };
}

export function hasCode(error: CombinedError | undefined, ...codes: string[]): boolean {
  return error?.graphQLErrors.some((one) => codes.includes(String(one.extensions?.code))) ?? false;
}

function requestIdOf({ graphQLErrors: [first], response }: CombinedError): string | undefined {
  const id = first?.extensions?.requestId;
  return typeof id === "string" ? id : ((response as Response | undefined)?.headers.get("X-Request-Id") ?? undefined);
}
