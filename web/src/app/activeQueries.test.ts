import { type Client, createRequest, gql, makeOperation, type Operation } from "urql";
import { expect, test } from "vitest";
import { makeSubject, pipe, publish } from "wonka";
import { activeQueries } from "./activeQueries";

function query(text: string): Operation {
  return makeOperation("query", createRequest(gql(text), {}), { url: "", requestPolicy: "cache-first" });
}

test("what is shown is asked anew over the network, and what is shown no more is not", async () => {
  const { exchange, refresh } = activeQueries();
  const { source, next } = makeSubject<Operation>();
  const asked: Operation[] = [];
  const client = { reexecuteOperation: (operation: Operation) => asked.push(operation) } as unknown as Client;
  const forward = () => makeSubject<never>().source;
  pipe(
    exchange({
      client,
      forward: (operations) => {
        pipe(operations, publish);
        return forward();
      },
      dispatchDebug: () => {},
    })(source),
    publish,
  );

  const [shown, left] = [query("{ accounts { id } }"), query("{ settings { key } }")];
  next(shown);
  next(left);
  next(makeOperation("teardown", left, left.context));
  refresh();
  await Promise.resolve();
  expect(asked.map(({ key, context }) => [key, context.requestPolicy])).toEqual([[shown.key, "network-only"]]);
});
