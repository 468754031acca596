import { type Cache, cacheExchange, type UpdateResolver } from "@urql/exchange-graphcache";
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
      Query: { disconnection: (_, { id }) => ({ __typename: "Disconnection", id: String(id) }) },
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

/** The overview is in the answer; the lists that it changes are asked for again where they are shown. */
function newConnection(
  store: Cache,
  payload: { overview: OverviewCardsFragment | null; userErrors: unknown[] } | null,
) {
  const overview = payload?.overview;
  if (!overview) return;
  store.updateQuery({ query: OverviewQuery }, () => ({ overview }));
  for (const list of ["accounts", "settings", "auditTrail"]) store.invalidate("Query", list);
}
