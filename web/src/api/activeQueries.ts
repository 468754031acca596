import { type Client, type Exchange, makeOperation, type Operation } from "urql";
import { pipe, tap } from "wonka";

/** The queries of what is shown now, to be asked anew when what they read has changed outside of the page. */
export function activeQueries(): { exchange: Exchange; refresh(): void } {
  const active = new Map<number, Operation>(); // by key
  let client: Client | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  const exchange: Exchange = (input) => {
    client = input.client;
    return (operations) =>
      input.forward(
        pipe(
          operations,
          tap((operation) => {
            if (operation.kind === "query") active.set(operation.key, operation);
            if (operation.kind === "teardown") active.delete(operation.key);
          }),
        ),
      );
  };
  const ask = () => {
    for (const operation of active.values()) {
      const context = { ...operation.context, requestPolicy: "network-only" as const };
      const anew = makeOperation("query", operation, context);
      client?.reexecuteOperation(anew);
      // Asked for twice at once, it is sent even if the client takes it for being in flight: the cache leaves some operations
      // without an answer, for fear of loops, and the client would wait for that for ever.
      client?.reexecuteOperation(anew);
    }
  };
  const refresh = () => {
    // Not before the cache has asked for what it takes for outdated: the client would take that for the newer of the two.
    queueMicrotask(ask);
    // And once more when those answers are there: a response that came in between may have outdated one of them again, which
    // the cache does not ask for twice.
    clearTimeout(again);
    again = setTimeout(ask, 500);
  };
  return { exchange, refresh };
}
