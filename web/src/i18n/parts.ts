/** What the messages of a language are loaded in: what the first page says, and the rest with what says it. */
export type Part =
  | "start"
  | "settings"
  | "connect"
  | "consent"
  | "disconnect"
  | "disconnection"
  | "apikeys"
  | "webhooks"
  | "descriptions";

/** The part of a message, by the beginning of its address; what is not listed is of the start. The first that fits counts. */
const beginnings: [beginning: RegExp, part: Part][] = [
  [/^settings\./, "settings"],
  [/^connect\.outcomes\./, "consent"],
  [/^connect\./, "connect"],
  [/^(disconnect|server\.warnings)\./, "disconnect"],
  [/^disconnection\./, "disconnection"],
  [/^apikeys\./, "apikeys"],
  [/^webhooks\./, "webhooks"],
  [/^server\.settings\..*\.description$/, "descriptions"], // of settings, which several pages have
  [/^server\.refusals\.\w*ApiKey\./, "apikeys"],
  [/^server\.refusals\.(\w*Webhook\w*|redeliverEvents)\./, "webhooks"],
  [/^server\.(states|refusals\.(acceptExceptions|acknowledgeHandoffItems|retryDisconnection))\./, "disconnection"],
  [/^server\.refusals\.(connectTikTokShop|beginTikTokAuthorization)\./, "connect"],
  [/^server\.refusals\.disconnectTikTokShop\./, "disconnect"],
  [/^server\.refusals\./, "settings"],
];

/** The part that a message is in. */
export function partOf(address: string): Part {
  return beginnings.find(([beginning]) => beginning.test(address))?.[1] ?? "start";
}
