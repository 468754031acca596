import {
  type Cache,
  cacheExchange,
  type DataField,
  type DataFields,
  type Entity,
  type UpdateResolver,
  type Variables,
} from "@urql/exchange-graphcache";
import type { Exchange } from "urql";
import type { ConnectTikTokShopMutation, DisconnectTikTokShopMutation, OverviewCardsFragment } from "../gql/graphql";
import { OverviewQuery } from "./overview";

/** Types without a cache key: they are embedded in the object that holds them. */
const embeddedTypes = [
  "AcceptExceptionsPayload",
  "AcceptExceptionsUserError",
  "AcknowledgeHandoffItemsPayload",
  "AcknowledgeHandoffItemsUserError",
  "Actor",
  "AuditEntryConnection",
  "AuthorizationEnd",
  "Certificate",
  "ChannelOverview",
  "ConnectPreview",
  "ConnectPreviewChange",
  "ConnectTikTokShopPayload",
  "ConnectTikTokShopUserError",
  "CreateApiKeyPayload",
  "CreateApiKeyUserError",
  "CreateWebhookEndpointPayload",
  "CreateWebhookEndpointUserError",
  "DeleteWebhookEndpointPayload",
  "DeleteWebhookEndpointUserError",
  "DailyLimit",
  "DailyLimits",
  "DisconnectionConnection",
  "DisconnectPreview",
  "DisconnectTikTokShopPayload",
  "DisconnectTikTokShopUserError",
  "DisconnectWarning",
  "EventConnection",
  "EventEdge",
  "HandoffCount",
  "HandoffItemConnection",
  "HandoffSummary",
  "OrderManagement",
  "OrderRoute",
  "Overview",
  "PageInfo",
  "Problem",
  "Progress",
  "RedeliverEventsPayload",
  "RedeliverEventsUserError",
  "Restoration",
  "RestorationException",
  "RestorationExceptionConnection",
  "RetryDisconnectionPayload",
  "RetryDisconnectionUserError",
  "RevokeApiKeyPayload",
  "RevokeApiKeyUserError",
  "RotateApiKeyPayload",
  "RotateApiKeyUserError",
  "RotateWebhookSecretPayload",
  "RotateWebhookSecretUserError",
  "SandboxShop",
  "SettingChange",
  "SettingDefinition",
  "Snapshot",
  "SnapshotSetting",
  "UpdateSettingsPayload",
  "UpdateSettingsUserError",
  "UpdateWebhookEndpointPayload",
  "UpdateWebhookEndpointUserError",
  "WebhookDeliveryConnection",
];

/**
 * The normalised cache: a response updates every page that shows one of its objects. refresh asks the queries of what is shown
 * anew, where a query has found that more has changed than it reads itself: the cache leaves that, for fear of loops.
 */
export function cache(refresh: () => void): Exchange {
  const invalidate = (store: Cache, fields: Set<string>) => invalidateFields(store, "Query", fields);
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
          updateOverview(store, (result as ConnectTikTokShopMutation).connectTikTokShop) &&
          invalidate(store, listFields),
        disconnectTikTokShop: (result, _, store) =>
          updateOverview(store, (result as DisconnectTikTokShopMutation).disconnectTikTokShop) &&
          invalidate(store, listFields),
        createApiKey: (_, __, store) => invalidate(store, apiKeyListFields),
        rotateApiKey: (_, __, store) => invalidate(store, apiKeyListFields),
        revokeApiKey: (_, __, store) => invalidate(store, apiKeyListFields),
        createWebhookEndpoint: (_, __, store) => invalidate(store, endpointListFields),
        updateWebhookEndpoint: (_, __, store) => invalidate(store, endpointListFields),
        deleteWebhookEndpoint: (_, __, store) => invalidate(store, endpointListFields),
        rotateWebhookSecret: (_, __, store) => invalidate(store, trailFields),
        redeliverEvents: (_, __, store) => invalidate(store, trailFields),
      } satisfies Record<string, UpdateResolver>,
      Account: { status: onAccountStatus(refresh) },
      Disconnection: { status: onDisconnectionStatus(refresh) },
    },
  });
}

const listFields = new Set(["accounts", "settings", "auditTrail"]);
const storeFields = new Set([...listFields, "overview"]);
const recordFields = new Set(["restoration", "completedAt", "authorization", "handoff"]);
const apiKeyListFields = new Set(["apiKeys", "auditTrail"]);
const endpointListFields = new Set(["webhookEndpoints", "auditTrail"]);
const trailFields = new Set(["auditTrail"]);

/** A record that an earlier response put into the cache; else the server's response. */
function cachedDisconnection(_: DataFields, { id }: Variables, store: Cache): DataField {
  const cached = { __typename: "Disconnection", id: String(id) };
  if (store.resolve(cached, "disconnectedAt")) return cached;
  return store.resolve("Query", "disconnection", { id: String(id) }) as DataField;
}

/** Writes the overview of the response into the cache; false when the mutation changed nothing. */
function updateOverview(
  store: Cache,
  payload: { overview: OverviewCardsFragment | null; userErrors: unknown[] } | null,
): boolean {
  const overview = payload?.overview;
  if (!overview || payload.userErrors.length > 0) return false;
  store.updateQuery({ query: OverviewQuery }, () => ({ overview }));
  return true;
}

/** An account that was being connected or disconnected, and is no more, has changed whatever was read of the store. */
function onAccountStatus(refresh: () => void): UpdateResolver {
  const open = new Set<unknown>();
  return ({ id, status }, _, store) => {
    if (status === "CONNECTING" || status === "DISCONNECTING") open.add(id);
    else if (open.delete(id)) {
      invalidateFields(store, "Query", storeFields);
      refresh();
    }
  };
}

/** A disconnect that has gone on has another record. Its status is selected before the fields that change with it. */
function onDisconnectionStatus(refresh: () => void): UpdateResolver {
  const last = new Map<unknown, unknown>();
  return ({ id, status }, _, store) => {
    const earlier = last.get(id);
    last.set(id, status);
    if (earlier === undefined || earlier === status) return;
    invalidateFields(store, { __typename: "Disconnection", id: String(id) }, recordFields);
    refresh();
  };
}

function invalidateFields(store: Cache, entity: Entity, fields: Set<string>) {
  for (const { fieldName, arguments: args } of store.inspectFields(entity)) {
    if (fields.has(fieldName)) store.invalidate(entity, fieldName, args);
  }
}
