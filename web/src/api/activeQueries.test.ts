import { Client, type Exchange, gql, makeResult, type Operation } from "urql";
import { expect, test } from "vitest";
import { filter, map, pipe, subscribe, tap } from "wonka";
import { activeQueries } from "./activeQueries";

const [shownQuery, leftQuery] = [gql("{ accounts { id } }"), gql("{ settings { key } }")];

/** A client whose server answers; whatever is not asked of the network is left without an answer. */
function newClient() {
  const { exchange, refresh } = activeQueries();
  const sent: Operation[] = [];
  const server: Exchange = () => (operations) =>
    pipe(
      operations,
      filter(({ kind, context }) => kind === "query" && context.requestPolicy === "network-only"),
      tap((operation) => sent.push(operation)),
      map((operation) => makeResult(operation, { data: {}, hasNext: false })),
    );
  return { client: new Client({ url: "/graphql", exchanges: [exchange, server] }), refresh, sent };
}

test("what is shown is asked anew over the network, and what is shown no more is not", async () => {
  const { client, refresh, sent } = newClient();
  const shown = subscribe(() => {})(client.query(shownQuery, {}, { requestPolicy: "network-only" }));
  subscribe(() => {})(client.query(leftQuery, {}, { requestPolicy: "network-only" })).unsubscribe();
  const before = sent.length;
  refresh();
  await settled();
  expect(sent.slice(before).map(({ key }) => key)).toEqual([sent[0]?.key]);
  shown.unsubscribe();
});

test("a query that was left without an answer gets one", async () => {
  const { client, refresh, sent } = newClient();
  const answers: unknown[] = [];
  const shown = subscribe(({ data }: { data?: unknown }) => answers.push(data))(
    client.query(shownQuery, {}, { requestPolicy: "cache-first" }),
  );
  expect([sent.length, answers.length]).toEqual([0, 0]);
  refresh();
  await settled();
  expect([sent.length, answers.length]).toEqual([1, 1]);
  shown.unsubscribe();
});

/** Waits until the promises of this moment are kept. */
const settled = () => new Promise((resolve) => setTimeout(resolve));
