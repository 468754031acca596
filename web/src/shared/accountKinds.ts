import type { AccountKind } from "../gql/graphql";
import { t } from "../i18n/messages";

/** What a kind of TikTok accounts is called. */
export function accountKind(kind: AccountKind): string {
  return t(`shared.accountKinds.${kind}`);
}
