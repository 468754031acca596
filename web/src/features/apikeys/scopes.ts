import type { ApiKeyScope } from "../../gql/graphql";

/** What each scope is called, in the order in which they are offered. */
export const scopeNames: Record<ApiKeyScope, string> = {
  READ: "Read everything",
  EDIT_SETTINGS: "Edit settings",
  CONNECT: "Connect TikTok Shop",
  DISCONNECT: "Disconnect TikTok Shop",
};

export const allScopes = Object.keys(scopeNames) as ApiKeyScope[];
