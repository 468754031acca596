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

/** Types without a cache key: they are embedded in the object that holds them. */
const embeddedTypes = [
  "Actor",
  "AuditEntryConnection",
  "ChannelOverview",
  "ConnectTikTokShopPayload",
  "ConnectTikTokShopUserError",
  "CreateApiKeyPayload",
  "CreateApiKeyUserError",
  "DisconnectPreview",
  "DisconnectTikTokShopPayload",
  "DisconnectTikTokShopUserError",
  "DisconnectWarning",
  "OrderManagement",
  "OrderRoute",
  "Overview",
  "PageInfo",
  "Restoration",
  "RevokeApiKeyPayload",
  "RevokeApiKeyUserError",
  "RotateApiKeyPayload",
  "RotateApiKeyUserError",
  "SandboxShop",
  "SettingChange",
  "SettingDefinition",
  "UpdateSettingsPayload",
  "UpdateSettingsUserError",
];

/** The normalised cache: a response updates every page that shows one of its objects. */
export function cache(): Exchange {
  return cacheExchange({
    keys: {
      ...Object.fromEntries(embeddedTypes.map((type) => [type, () => null])),
      Setting: (setting) => String(setting.key),
    },
    resolvers: {
      Query: { disconnection: cachedDisconnection },
    },
    updates: {
      Mutation: {
        connectTikTokShop: (result, _, store) =>
          updateOverview(store, (result as ConnectTikTokShopMutation).connectTikTokShop),
        disconnectTikTokShop: (result, _, store) =>
          updateOverview(store, (result as DisconnectTikTokShopMutation).disconnectTikTokShop),
        createApiKey: (_, __, store) => invalidate(store, apiKeyListFields),
        rotateApiKey: (_, __, store) => invalidate(store, apiKeyListFields),
        revokeApiKey: (_, __, store) => invalidate(store, apiKeyListFields),
      } satisfies Record<string, UpdateResolver>,
    },
  });
}

const listFields = new Set(["accounts", "settings", "auditTrail"]);
const apiKeyListFields = new Set(["apiKeys", "auditTrail"]);

/** A record that an earlier response put into the cache; else the server's response. */
function cachedDisconnection(_: DataFields, { id }: Variables, store: Cache): DataField {
  const cached = { __typename: "Disconnection", id: String(id) };
  if (store.resolve(cached, "disconnectedAt")) return cached;
  return store.resolve("Query", "disconnection", { id: String(id) }) as DataField;
}

/** Writes the overview of the response into the cache, and invalidates the lists that the mutation changes. */
function updateOverview(
  store: Cache,
  payload: { overview: OverviewCardsFragment | null; userErrors: unknown[] } | null,
) {
  const overview = payload?.overview;
  if (!overview || payload.userErrors.length > 0) return;
  store.updateQuery({ query: OverviewQuery }, () => ({ overview }));
  invalidate(store, listFields);
}

function invalidate(store: Cache, fields: Set<string>) {
  for (const { fieldName, arguments: args } of store.inspectFields("Query")) {
    if (fields.has(fieldName)) store.invalidate("Query", fieldName, args);
  }
}
