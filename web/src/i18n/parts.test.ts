import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { en } from "../locales/en";
import { es } from "../locales/es";
import { flatten } from "./messages";
import { type Part, partOf } from "./parts";

/** The parts that are loaded with a folder of the sources, beside the start. */
const partsOf: Record<string, Part[]> = {
  "features/apikeys": ["apikeys"],
  "features/connect": ["connect", "consent"],
  "features/disconnect": ["disconnect"],
  "features/disconnection": ["disconnection"],
  "features/settings": ["settings"],
  "features/webhooks": ["webhooks"],
};

test("whatever a feature says is loaded with it, and what the others say with the first page", () => {
  const keys = Object.keys(flatten(en));
  const sections = [...new Set(keys.map((key) => key.split(".")[0]))].join("|");
  const named = RegExp(`["'\`]((?:${sections})\\.[A-Za-z0-9_]+)`, "g");
  const source = new URL("..", import.meta.url);
  const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter(
    (name) => /\.tsx?$/.test(name) && !/\.test\.ts$|^locales|^gql/.test(name),
  );
  let found = 0;
  for (const file of files) {
    const loaded = ["start", ...(partsOf[file.split("/").slice(0, 2).join("/")] ?? [])];
    for (const [, address = ""] of readFileSync(new URL(file, source), "utf8").matchAll(named)) {
      if (!keys.some((key) => key.startsWith(address))) continue; // such as the key of a setting
      expect(loaded, `${address} in ${file}`).toContain(partOf(`${address}.`));
      found++;
    }
  }
  expect(found).toBeGreaterThan(300);
});

test.each([
  ["server.settings.order.tags.title", "start"],
  ["server.settings.order.tags.description", "descriptions"],
  ["server.refusals.rotateApiKey.KEY_NOT_FOUND", "apikeys"],
  ["server.refusals.rotateWebhookSecret.ENDPOINT_NOT_FOUND", "webhooks"],
  ["server.refusals.updateSettings.INVALID_VALUE", "settings"],
  ["server.refusals.connectTikTokShop.OWNER_REQUIRED", "connect"],
  ["server.refusals.disconnectTikTokShop.STALE_PREVIEW", "disconnect"],
  ["server.warnings.CANNOT_BE_RESTORED", "disconnect"],
  ["server.refusals.retryDisconnection.NOT_WAITING", "disconnection"],
  ["server.problems.TIKTOK_UNAVAILABLE", "start"],
])("%s is of the part %s", (address, part) => expect(partOf(address)).toBe(part));

test("what the first page says in Spanish is less than half of what there is", () => {
  const all = Object.entries(flatten(es));
  const length = (messages: [string, string][]) => messages.reduce((sum, [, text]) => sum + text.length, 0);
  expect(length(all.filter(([key]) => partOf(key) === "start"))).toBeLessThan(length(all) / 2);
});
