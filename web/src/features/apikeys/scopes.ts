import type { ApiKeyScope } from "../../gql/graphql";
import { t } from "../../i18n/messages";

/** The scopes, in the order in which they are offered. */
export const allScopes: ApiKeyScope[] = ["READ", "EDIT_SETTINGS", "CONNECT", "DISCONNECT", "MANAGE_WEBHOOKS"];

/** What a scope is called. */
export function scopeName(scope: ApiKeyScope): string {
  return t(`apikeys.scopes.${scope}`);
}
