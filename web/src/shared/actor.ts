import type { ActorKind } from "../gql/graphql";
import { t } from "../i18n/messages";
import { actorName } from "../i18n/serverText";

interface Named {
  kind: ActorKind;
  name: string;
}

/** Who did something, as a line of its own begins. */
export function actorLabel({ kind, name }: Named): string {
  return kind === "SHOPIFY_ADMIN" ? t("shared.actor.inShopifyAdmin") : actorName(name);
}

/** Who did something, after a verb: by a person, or in the Shopify admin, which does not tell by whom. */
export function byActor({ kind, name }: Named): string {
  return kind === "SHOPIFY_ADMIN"
    ? t("shared.actor.byShopifyAdmin")
    : t("shared.actor.byPerson", { name: actorName(name) });
}
