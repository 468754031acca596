import type { ActorKind } from "../gql/graphql";

interface Named {
  kind: ActorKind;
  name: string;
}

/** Who did something, as a line of its own begins. */
export function actorLabel({ kind, name }: Named): string {
  return kind === "SHOPIFY_ADMIN" ? "In the Shopify admin" : name;
}

/** Who did something, after a verb: by a person, or in the Shopify admin, which does not tell by whom. */
export function byActor({ kind, name }: Named): string {
  return kind === "SHOPIFY_ADMIN" ? "in the Shopify admin" : `by ${name}`;
}
