import { retryExchange } from "@urql/exchange-retry";
import { Client, type CombinedError, type Operation } from "urql";
import { hasCode } from "../features/errorMessage";
import { cache } from "./cache";
import { transport } from "./transport";

/** The one client. Every mutation carries an idempotency key, so a retry is always safe. */
export function newClient(): Client {
  return new Client({
    url: "/graphql",
    requestPolicy: "cache-and-network",
    exchanges: [
      cache(),
      retryExchange({ maxNumberAttempts: 3, initialDelayMs: 500, maxDelayMs: 2000, retryIf }),
      transport,
    ],
  });
}

function retryIf(error: CombinedError, _operation: Operation): boolean {
  return error.networkError !== undefined || hasCode(error, "TRY_AGAIN", "OUTCOME_UNKNOWN", "THROTTLED");
}
