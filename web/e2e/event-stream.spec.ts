import { Client, fetchExchange, gql } from "@urql/core";
import { createClient } from "graphql-sse";
import { expect, test } from "./fixtures";
import { makeKey } from "./steps";

const edit = `mutation ($value: SettingValue!) {
  updateSettings(settings: [{ key: "order.tags", value: $value }]) { userErrors { code } }
}`;
const watching = "subscription ($after: String) { events(after: $after) { id topic } }";

test("urql's own exchange is told of events, and of what it cannot have", async ({ program }) => {
  const { secret } = await makeKey(program, "urql");
  const headers = { Authorization: `Bearer ${secret}` };
  const client = new Client({
    url: `${program.url}/graphql`,
    exchanges: [fetchExchange],
    fetchSubscriptions: true,
    fetchOptions: { headers },
  });
  const seen: string[] = [];
  const { unsubscribe } = client
    .subscription(gql(watching), {})
    .subscribe(({ data, error }) => seen.push(data?.events.topic ?? error?.message));
  await expect
    .poll(async () => (await fetch(`${program.operatorsUrl}/metrics`)).text())
    .toContain("handback_streams_open 1");
  for (const value of [["a"], ["b"]]) await program.graphql(edit, { value });
  await expect.poll(() => seen).toEqual(["SETTINGS_UPDATED", "SETTINGS_UPDATED"]);
  unsubscribe();
  await expect
    .poll(async () => (await fetch(`${program.operatorsUrl}/metrics`)).text())
    .toContain("handback_streams_open 0");

  const refused = await client.subscription(gql(watching), { after: "nothing" }).toPromise();
  expect(refused.error?.graphQLErrors[0]?.extensions.code).toBe("BAD_USER_INPUT");
  const queried = await client.query(gql("{ store { id } }"), {}).toPromise();
  expect(queried.data.store.id).toMatch(/^store_/);
});

test("graphql-sse is answered whatever it asks for", async ({ program }) => {
  const { secret } = await makeKey(program, "graphql-sse");
  const client = createClient({
    url: `${program.url}/graphql`,
    headers: { Authorization: `Bearer ${secret}` },
    retryAttempts: 0,
  });
  const all = async (query: string, variables = {}) => {
    const results: unknown[] = [];
    for await (const result of client.iterate({ query, variables })) results.push(result);
    return results;
  };
  expect(await all("{ store { id } }")).toMatchObject([{ data: { store: { id: expect.stringMatching(/^store_/) } } }]);
  expect(await all("{ nothing }")).toMatchObject([{ errors: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] }]);
  expect(await all(watching, { after: "nothing" })).toMatchObject([
    { errors: [{ extensions: { code: "BAD_USER_INPUT" } }] },
  ]);
  client.dispose();
});
