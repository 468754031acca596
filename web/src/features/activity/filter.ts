import type { ActorKind, AuditAction } from "../../gql/graphql";
import type { Key } from "../../i18n/messages";
import type { en } from "../../locales/en";

/** The kinds of actors, in the order in which they are offered. */
export const actorKinds: ActorKind[] = ["SELLER", "PARTNER", "SHOPIFY_ADMIN", "SYSTEM"];

type Kind = Key<typeof en.activity.filter.kinds>;

/** Kinds of what is done, by the word that stands in the address. */
export const kinds: Record<Kind, AuditAction[]> = {
  settings: ["SETTINGS_UPDATED"],
  connections: ["ACCOUNT_CONNECTED", "ACCOUNT_DISCONNECTING", "DISCONNECTION_BLOCKED", "ACCOUNT_DISCONNECTED"],
  access: ["STORE_REGISTERED", "STORE_UNINSTALLED", "TIKTOK_AUTHORIZATION_EXPIRING", "TIKTOK_AUTHORIZATION_LOST"],
  partners: [
    "API_KEY_CREATED",
    "API_KEY_REVOKED",
    "API_KEY_ROTATED",
    "WEBHOOK_ENDPOINT_CREATED",
    "WEBHOOK_ENDPOINT_UPDATED",
    "WEBHOOK_ENDPOINT_DELETED",
    "WEBHOOK_SECRET_ROTATED",
    "EVENTS_REDELIVERED",
  ],
};

export const allKinds = Object.keys(kinds) as Kind[];

export interface Filter {
  /** A kind of actors, with the name of one behind a colon; "" for all. */
  who: string;
  /** A kind of what is done; "" for all. */
  what: Kind | "";
}

/** The filter that an address asks for, without what is none. */
export function filterOf(parameters: URLSearchParams): Filter {
  const [who, what] = [parameters.get("who") ?? "", parameters.get("what") ?? ""];
  return {
    who: actorKinds.some((kind) => kind === who.split(":", 1)[0]) ? who : "",
    what: kindOf(what),
  };
}

/** A kind of what is done, "" for what is none. */
export function kindOf(what: string): Filter["what"] {
  return allKinds.find((kind) => kind === what) ?? "";
}

/** The arguments of the audit trail for it. */
export function variablesOf({ who, what }: Filter) {
  const { kind, name } = actorOf(who);
  return { actorKinds: kind ? [kind] : null, actorName: name ?? null, actions: what === "" ? null : kinds[what] };
}

/** What who says: "PARTNER:ERP" is the partner's program ERP. */
export function actorOf(who: string): { kind?: ActorKind; name?: string } {
  const [kind = "", ...name] = who.split(":");
  if (!kind) return {};
  return name.length > 0 ? { kind: kind as ActorKind, name: name.join(":") } : { kind: kind as ActorKind };
}

/** The address of a page of the trail. */
export function addressOf({ who, what }: Filter, after?: string | null): string {
  const parameters = new URLSearchParams();
  if (who) parameters.set("who", who);
  if (what) parameters.set("what", what);
  if (after) parameters.set("after", after);
  const text = parameters.toString();
  return text ? `/activity?${text}` : "/activity";
}
