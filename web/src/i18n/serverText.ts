import type {
  AcceptExceptionsErrorCode,
  AcknowledgeHandoffItemsErrorCode,
  BeginTikTokAuthorizationErrorCode,
  ChannelStatus,
  ConnectTikTokShopErrorCode,
  CreateApiKeyErrorCode,
  CreateWebhookEndpointErrorCode,
  DeleteWebhookEndpointErrorCode,
  DisconnectTikTokShopErrorCode,
  DisconnectWarningCode,
  ProblemCode,
  RedeliverEventsErrorCode,
  RetryDisconnectionErrorCode,
  RevokeApiKeyErrorCode,
  RotateApiKeyErrorCode,
  RotateWebhookSecretErrorCode,
  UpdateSettingsErrorCode,
  UpdateWebhookEndpointErrorCode,
} from "../gql/graphql";
import { dailyLimitText } from "./dailyLimit";
import { formatList } from "./format";
import { textIfAny } from "./messages";

// What the server says in English. A language that has words of its own for it, by the code or the key that comes with it, says
// those; what it has none for stays as the server has it.

interface Coded {
  code: string;
  message: string;
}

/** The title or the description of a setting. */
export function settingText(key: string, what: "title" | "description", english: string): string {
  return textIfAny(`server.settings.${key}.${what}`) ?? english;
}

/** A refusal of a mutation. When the day has no room for it, it is told when the next begins. Else the words for it can quote the server's, which name what it is about. */
export function refusalText(mutation: keyof ServerTexts["server"]["refusals"], { code, message }: Coded): string {
  if (code === "DAILY_LIMIT_REACHED") return dailyLimitText();
  return textIfAny(`server.refusals.${mutation}.${code}`, { message }) ?? message;
}

/** How a channel stands, by its status or the code of what needs attention. */
export function channelStatusText(code: string, english: string): string {
  return textIfAny(`server.channels.${code}`) ?? english;
}

/** A problem with what its sentence is made of. */
interface CodedProblem extends Coded {
  key: string | null;
  definition: { title: string } | null;
  scopes: string[];
  platformMessage: string | null;
}

/** What hinders an account, or work in the store. */
export function problemText({ code, message, key, definition, scopes, platformMessage }: CodedProblem): string {
  const rejected = code === "VERIFICATION_FAILED" && (key === null || platformMessage !== null);
  const words = rejected ? (key === null ? "REJECTED" : "SETTING_REJECTED") : code;
  const setting = key === null ? "" : settingText(key, "title", definition?.title ?? key);
  return (
    textIfAny(`server.problems.${words}`, { setting, permissions: formatList(scopes.map(permissionText)) }) ?? message
  );
}

/** Introduces what a platform says to a problem, in languages whose sentence does not quote it. */
export function platformSays(): string | undefined {
  return textIfAny("server.platformSays");
}

/** What an access scope of Shopify allows. */
function permissionText(scope: string): string {
  const [, verb = "", object = ""] = /^(read|write)_(.*)$/.exec(scope) ?? [];
  const what = textIfAny(`server.permissions.objects.${object}`) ?? `«${object.replaceAll("_", " ")}»`;
  return textIfAny(`server.permissions.verbs.${verb}`, { what }) ?? scope;
}

/** An error that is nobody's choice. */
export function faultText(code: string, message: string): string {
  return textIfAny(`server.faults.${code}`) ?? message;
}

/** The name of whoever did something: people's and programs' are their own. */
export function actorName(name: string): string {
  return textIfAny(`server.actors.${name}`) ?? name;
}

/** TikTok's word for the state of an order or a request, such as AWAITING_SHIPMENT, as people write it. */
export function stateText(state: string): string {
  const english = state.charAt(0) + state.slice(1).toLowerCase().replaceAll("_", " ");
  return textIfAny(`server.states.${state}`) ?? english;
}

/** A warning before a disconnect, from what the preview says. */
export function warningOf({ code, message }: Coded, values: Record<string, string | number>): string {
  return textIfAny(`server.warnings.${code}`, values) ?? message;
}

/** By the codes, but for what is refused because of the day: of all mutations that is told in the same words. */
type Refusals<Code extends string> = Record<Exclude<Code, "DAILY_LIMIT_REACHED">, string>;

/** What a language says in the place of the server's English. */
export interface ServerTexts {
  server: {
    /** By the name that the server has for a program. */
    actors: Record<string, string>;
    /** By the status, or by the problem of what needs attention. */
    channels: Record<ChannelStatus, string> & { [code in ProblemCode]?: string };
    faults: Record<string, string>;
    /** By the beginning of an access scope of Shopify, and by the rest of it. */
    permissions: { verbs: Record<"read" | "write", string>; objects: Record<string, string> };
    /** Introduces what a platform has said. */
    platformSays: string;
    /** By the code; what Shopify says no to has words of its own, with a setting that it is about and without. */
    problems: Record<ProblemCode | "REJECTED" | "SETTING_REJECTED", string>;
    /** By the mutation, and its codes. */
    refusals: {
      acceptExceptions: Refusals<AcceptExceptionsErrorCode>;
      acknowledgeHandoffItems: Refusals<AcknowledgeHandoffItemsErrorCode>;
      beginTikTokAuthorization: Refusals<BeginTikTokAuthorizationErrorCode>;
      connectTikTokShop: Refusals<ConnectTikTokShopErrorCode>;
      createApiKey: Refusals<CreateApiKeyErrorCode>;
      createWebhookEndpoint: Refusals<CreateWebhookEndpointErrorCode>;
      deleteWebhookEndpoint: Refusals<DeleteWebhookEndpointErrorCode>;
      disconnectTikTokShop: Refusals<DisconnectTikTokShopErrorCode>;
      redeliverEvents: Refusals<RedeliverEventsErrorCode>;
      retryDisconnection: Refusals<RetryDisconnectionErrorCode>;
      revokeApiKey: Refusals<RevokeApiKeyErrorCode>;
      rotateApiKey: Refusals<RotateApiKeyErrorCode>;
      rotateWebhookSecret: Refusals<RotateWebhookSecretErrorCode>;
      updateSettings: Refusals<UpdateSettingsErrorCode>;
      updateWebhookEndpoint: Refusals<UpdateWebhookEndpointErrorCode>;
    };
    /** By the key. */
    settings: Record<string, { title: string; description: string }>;
    /** By TikTok's word. */
    states: Record<string, string>;
    warnings: Record<DisconnectWarningCode, string>;
  };
}
