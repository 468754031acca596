import {
  type Cache,
  cacheExchange,
  type DataField,
  type DataFields,
  type UpdateResolver,
  type Variables,
} from "@urql/exchange-graphcache";
import type { Exchange } from "urql";
import { OverviewQuery } from "../features/overview/OverviewPage";
import type { ConnectTikTokShopMutation, DisconnectTikTokShopMutation, OverviewCardsFragment } from "../gql/graphql";

/** Types that are known by the object they are part of. */
const parts = [
  "Actor",
  "AuditEntryConnection",
  "ChannelOverview",
  "ConnectTikTokShopPayload",
  "ConnectTikTokShopUserError",
  "DisconnectPreview",
  "DisconnectTikTokShopPayload",
  "DisconnectTikTokShopUserError",
  "DisconnectWarning",
  "OrderManagement",
  "OrderRoute",
  "Overview",
  "PageInfo",
  "Restoration",
  "SandboxShop",
  "SettingChange",
  "SettingDefinition",
  "UpdateSettingsPayload",
  "UpdateSettingsUserError",
];

/** Everything the pages know, each thing once: an answer that has news of it updates every page that shows it. */
export function cache(): Exchange {
  return cacheExchange({
    keys: {
      ...Object.fromEntries(parts.map((part) => [part, () => null])),
      Setting: (setting) => String(setting.key),
    },
    resolvers: {
      Query: { disconnection: record },
    },
    updates: {
      Mutation: {
        connectTikTokShop: (result, _, store) =>
          newConnection(store, (result as ConnectTikTokShopMutation).connectTikTokShop),
        disconnectTikTokShop: (result, _, store) =>
          newConnection(store, (result as DisconnectTikTokShopMutation).disconnectTikTokShop),
      } satisfies Record<string, UpdateResolver>,
    },
  });
}

const lists = new Set(["accounts", "settings", "auditTrail"]);

/** A record that came with another answer is the one that is asked for; else the server was asked, and said which. */
function record(_: DataFields, { id }: Variables, store: Cache): DataField {
  const known = { __typename: "Disconnection", id: String(id) };
  if (store.resolve(known, "disconnectedAt")) return known;
  return store.resolve("Query", "disconnection", { id: String(id) }) as DataField;
}

/** The overview is in the answer; the lists that it changes are asked for again where they are shown. */
function newConnection(
  store: Cache,
  payload: { overview: OverviewCardsFragment | null; userErrors: unknown[] } | null,
) {
  const overview = payload?.overview;
  if (!overview || payload.userErrors.length > 0) return;
  store.updateQuery({ query: OverviewQuery }, () => ({ overview }));
  for (const { fieldName, arguments: asked } of store.inspectFields("Query")) {
    if (lists.has(fieldName)) store.invalidate("Query", fieldName, asked);
  }
}
