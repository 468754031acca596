import { prepared, reads } from "./database.js";
import { orderManagement } from "./orders.js";

const selectAccounts = prepared("accounts", `SELECT id, kind, name, external_id AS "externalId", region, status,
    connected_at AS "connectedAt", disconnected_at AS "disconnectedAt"
  FROM accounts WHERE store_id = $1 ORDER BY connected_at DESC, id DESC`);

export async function accounts(caller) {
  const { rows } = await reads.query(selectAccounts([caller.storeId]));
  return rows;
}

export const selectConnected = prepared("connected", `SELECT kind, id, name, region FROM accounts
  WHERE store_id = $1 AND status = 'CONNECTED' ORDER BY connected_at DESC, id DESC`);

export async function overview(caller) {
  const { rows } = await reads.query(selectConnected([caller.storeId]));
  return overviewOf(caller, rows);
}

export function overviewOf(caller, connected) {
  const shops = connected.filter((account) => account.kind === "TIKTOK_SHOP");
  return {
    tikTokShop: channel(shops),
    tikTokForBusiness: channel(connected.filter((account) => account.kind !== "TIKTOK_SHOP")),
    orderManagement: orderManagement(shops.length > 0, caller.region, shops[0]?.region ?? caller.region),
  };
}

function channel(accounts) {
  if (accounts.length === 0) return { status: "SETUP_IN_PROGRESS", statusLabel: "Setup in Progress", accounts };
  return { status: "CONNECTED", statusLabel: "Connected", accounts };
}

const selectSettings = prepared("settings", `SELECT key, scope, value, updated_at, updated_by_kind, updated_by_name
  FROM settings WHERE store_id = $1 AND value IS NOT NULL ORDER BY key`);

export async function settings(caller) {
  const { rows } = await reads.query(selectSettings([caller.storeId]));
  return rows.map((row) => ({
    key: row.key,
    scope: row.scope,
    value: row.value,
    updatedAt: row.updated_at,
    updatedBy: { kind: row.updated_by_kind, name: row.updated_by_name },
  }));
}

// The changes of an entry come as JSON: JSON.parse is much faster than a row for each. The values in them are texts.
const selectEntries = prepared("entries", `SELECT au.id, au.action, au.actor_kind, au.actor_name, au.occurred_at,
    a.id AS account_id, a.name AS account_name, a.status AS account_status, d.id AS disconnection_id, c.changes
  FROM (SELECT * FROM audit_entries WHERE store_id = $1 ORDER BY seq DESC LIMIT $2) au
  LEFT JOIN accounts a ON a.id = au.account_id LEFT JOIN disconnections d ON d.entry_seq = au.seq
  LEFT JOIN LATERAL (SELECT json_agg(json_build_object('key', key, 'scope', scope, 'before', before, 'after', after,
      'kind', CASE WHEN before IS NULL THEN 'ADDED' WHEN after IS NULL THEN 'REMOVED' ELSE 'UPDATED' END,
      'lastChangedBy', json_build_object('kind', last_changed_by_kind, 'name', last_changed_by_name)) ORDER BY key) AS changes
    FROM setting_changes WHERE entry_seq = au.seq) c ON true
  ORDER BY au.seq DESC`);

export async function auditTrail(caller, first) {
  const { rows } = await reads.query(selectEntries([caller.storeId, first + 1])); // one more says whether there are more
  const page = rows.slice(0, first);
  const last = page.at(-1)?.id;
  return {
    nodes: page.map(entry),
    pageInfo: { hasNextPage: rows.length > first, endCursor: last ? Buffer.from(last).toString("base64url") : null },
  };
}

function entry(row) {
  return {
    id: row.id,
    action: row.action,
    actor: { kind: row.actor_kind, name: row.actor_name },
    occurredAt: row.occurred_at,
    account: row.account_id && { id: row.account_id, name: row.account_name, status: row.account_status },
    disconnection: row.disconnection_id && { id: row.disconnection_id },
    changes: row.changes ?? [],
  };
}
