import { retryExchange } from "@urql/exchange-retry";
import { Client, type CombinedError, type Operation } from "urql";
import { activeQueries } from "./activeQueries";
import { cache } from "./cache";
import { hasCode } from "./errorMessage";
import { requestIds } from "./requestIds";
import { transport } from "./transport";

/** The one client. A mutation with an idempotency key can always be retried; those that show a secret have none. */
export function newClient(): Client {
  const shown = activeQueries();
  return new Client({
    url: "/graphql",
    requestPolicy: "cache-and-network",
    exchanges: [
      requestIds,
      shown.exchange,
      cache(shown.refresh),
      retryExchange({ maxNumberAttempts: 3, initialDelayMs: 500, maxDelayMs: 2000, retryIf }),
      transport,
    ],
  });
}

function retryIf(error: CombinedError, { kind, variables }: Operation): boolean {
  if (hasCode(error, "TRY_AGAIN", "THROTTLED")) return true; // nothing was done
  const repeatable = kind === "query" || "key" in (variables ?? {});
  return repeatable && (error.networkError !== undefined || hasCode(error, "OUTCOME_UNKNOWN"));
}
