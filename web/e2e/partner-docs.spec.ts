import { mkdir, readFile, writeFile } from "node:fs/promises";
import { Webhook } from "standardwebhooks";
import { transformWithOxc } from "vite";
import { expect, test } from "./fixtures";
import { disconnectOverApi, makeKey } from "./steps";

/** The function of this name in docs/partners.md, as a module. */
async function partnersFunction(folder: string, name: string) {
  const docs = await readFile(new URL("../../docs/partners.md", import.meta.url), "utf8");
  const texts = [...docs.matchAll(/```ts\n(.*?)```/gs)].map(([, text]) => text ?? "");
  const text = texts.find((text) => text.includes(`function ${name}(`)) ?? "";
  await mkdir(folder, { recursive: true });
  const { code } = await transformWithOxc(text, `${name}.ts`);
  const resolved = code.replace(/"(graphql-sse|standardwebhooks)"/g, (_, library) =>
    JSON.stringify(import.meta.resolve(library)),
  ); // from here, not from the folder
  await writeFile(`${folder}/${name}.mjs`, resolved);
  return (await import(`${folder}/${name}.mjs`))[name];
}

test("the partners' function follows a disconnect", async ({ program }, { outputDir }) => {
  const follow = await partnersFunction(outputDir, "follow");

  const { secret } = await makeKey(program, "Follower");
  let stopped = 0;
  const next = (after: string) => follow(`${program.url}/graphql`, secret, after, async () => stopped++);
  const connected = await next("");
  expect(stopped).toBe(0);
  await disconnectOverApi(program);
  const disconnected = await next(connected);
  expect(stopped).toBe(2);
  expect(await next(disconnected)).toBe(disconnected);
  expect(stopped).toBe(2);
  await expect(follow(`${program.url}/graphql`, "no key", "", async () => {})).rejects.toThrow();
});

test("the partners' function takes what an endpoint's secret has signed, and nothing else", async ({ program }, {
  outputDir,
}) => {
  const receive = await partnersFunction(outputDir, "receive");
  const make = async () =>
    (await program.graphql('mutation { createWebhookEndpoint(url: "http://127.0.0.1:9/") { secret } }'))
      .createWebhookEndpoint.secret;
  const [secret, another] = [await make(), await make()];
  const body = '{"type":"ACCOUNT_DISCONNECTED","timestamp":"2026-03-02T09:00:00Z","data":{"id":"event_1"}}';
  const now = new Date();
  const headers = {
    "webhook-id": "event_1",
    "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("event_1", now, body),
  };
  expect(receive(secret, body, headers)).toMatchObject({ type: "ACCOUNT_DISCONNECTED", data: { id: "event_1" } });
  expect(() => receive(another, body, headers)).toThrow();
  expect(() => receive(secret, `${body} `, headers)).toThrow();
});

test("the partners' function reacts to a disconnect, and resumes after the program was stopped", async ({ program }, {
  outputDir,
}) => {
  const follow = await partnersFunction(outputDir, "follow");
  const react = await partnersFunction(outputDir, "react");
  const { secret } = await makeKey(program, "Reactor");
  const api = `${program.url}/graphql`;
  let stopped = 0;
  const stop = async () => {
    stopped++;
  };
  const begin = await follow(api, secret, "", stop);
  const aborting = new AbortController();
  const reacting: Promise<string> = react(api, secret, begin, stop, aborting.signal);
  await program.stop();
  await program.start();
  await disconnectOverApi(program);
  await expect.poll(() => stopped, { timeout: 120_000 }).toBe(2);
  await program.stop(); // once more, with nothing new after it
  await program.start();
  await new Promise((resolve) => setTimeout(resolve, 3000)); // for what would come twice
  aborting.abort();
  expect(stopped).toBe(2);
  expect(await reacting).toBe(await follow(api, secret, begin, async () => {}));
  await expect(react(api, "no key", begin, stop, new AbortController().signal)).rejects.toThrow();
  await expect(react(api, secret, "no cursor", stop, new AbortController().signal)).rejects.toThrow("cursor");
});
