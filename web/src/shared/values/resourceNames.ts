import { useEffect, useSyncExternalStore } from "react";
import { type Client, useClient } from "urql";
import { graphql } from "../../gql";
import { t } from "../../i18n/messages";
import { type NameOf, named } from "./words";

const ResourceNamesQuery = graphql(`
  query ResourceNames($ids: [ID!]!) {
    store {
      id
      resourceNames(ids: $ids) {
        id
        name
        url
      }
    }
  }
`);

const MAX_IDS = 250; // that a call may name

/** What has a name in the API, and what stands for that when it is in the store no more. */
const gone = {
  Product: "values.gone.product",
  ProductVariant: "values.gone.variant",
  Location: "values.gone.location",
} as const;

/** A product, a variant or a location of the store. */
export interface Resource {
  /** Its name, or in words that it does not exist any more; what kind it is and its number, where Shopify could not be asked. */
  name: string;
  /** Its page in the Shopify admin, where it exists. */
  url?: string;
  /** Its number at Shopify, where that is all there is left of it. */
  number?: string;
}

type Found = { id: string; name: string; url: string }[];

/** Names of what settings refer to by Shopify id: those that a page asks for in one moment are read in one call, each once. */
export class Resources {
  readonly #read: (ids: string[]) => Promise<Found | undefined>;
  readonly #asked = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #waiting: string[] = [];
  /** Another map whenever more is known. */
  known: ReadonlyMap<string, Resource> = new Map();
  /** Whether the last call was not answered. */
  unreadable = false;

  constructor(read: (ids: string[]) => Promise<Found | undefined>) {
    this.#read = read;
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  want(ids: string[]): void {
    const fresh = ids.filter((id) => typeOf(id) && !this.#asked.has(id));
    if (fresh.length === 0) return;
    if (this.#waiting.length === 0) setTimeout(() => this.#send()); // what is shown at the same time goes along
    for (const id of fresh) this.#asked.add(id);
    this.#waiting.push(...fresh);
  }

  async #send(): Promise<void> {
    const ids = this.#waiting;
    this.#waiting = [];
    for (let from = 0; from < ids.length; from += MAX_IDS) {
      const some = ids.slice(from, from + MAX_IDS);
      const found = await this.#read(some);
      this.unreadable = found === undefined;
      // What was not answered is asked again when it is shown again.
      if (!found) for (const id of some) this.#asked.delete(id);
      this.#add(some, found);
      for (const listener of this.#listeners) listener();
    }
  }

  #add(asked: string[], names: Found | undefined): void {
    const found = new Map(names?.map(({ id, name, url }) => [id, { name, url }]));
    const known = new Map(this.known);
    for (const id of asked) known.set(id, found.get(id) ?? (names ? goneResource(id) : { name: named(id) }));
    this.known = known;
  }
}

/** The type and the number in the id of what has a name; undefined for any other id. */
function typeOf(id: string): { type: keyof typeof gone; number: string } | undefined {
  const [, type, number] = id.match(/^gid:\/\/shopify\/(Product|ProductVariant|Location)\/(\d+)$/) ?? [];
  return type && number ? { type: type as keyof typeof gone, number } : undefined;
}

/** Whether it is not known yet what an id stands for: whoever shows its name waits for the answer. */
export function isUnanswered(known: ReadonlyMap<string, Resource>, id: string): boolean {
  return typeOf(id) !== undefined && !known.has(id);
}

/** What Shopify does not have. */
function goneResource(id: string): Resource {
  const of = typeOf(id);
  return of ? { name: t(gone[of.type]), number: of.number } : { name: id };
}

/** What stands for the name of what Shopify does not have, in text that nobody can open. */
function goneText(id: string): string {
  const { name, number } = goneResource(id);
  return number === undefined ? name : t("values.gone.numbered", { name, number });
}

const ofClients = new WeakMap<Client, Resources>();

function resourcesOf(client: Client): Resources {
  const existing = ofClients.get(client);
  if (existing) return existing;
  const resources = new Resources(async (ids) => {
    const { data } = await client.query(ResourceNamesQuery, { ids }, { requestPolicy: "network-only" });
    return data?.store.resourceNames;
  });
  ofClients.set(client, resources);
  return resources;
}

/**
 * The names of at most 250 products, variants and locations, as Shopify has them now, or that it has them no more; none when they cannot be
 * read.
 */
export async function readNames(client: Client, ids: string[]): Promise<NameOf> {
  const some = new Set([...new Set(ids.filter(typeOf))].slice(0, MAX_IDS));
  if (some.size === 0) return () => undefined;
  const { data } = await client.query(ResourceNamesQuery, { ids: [...some] }, { requestPolicy: "network-only" });
  if (!data) return () => undefined;
  const names = new Map(data.store.resourceNames.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? (some.has(id) ? goneText(id) : undefined);
}

/** Whether Shopify did not say what products and locations are called when it was last asked, as where the app is uninstalled. */
export function useNamesUnreadable(): boolean {
  const resources = resourcesOf(useClient());
  return useSyncExternalStore(resources.subscribe, () => resources.unreadable);
}

/** What is known of products and locations by their ids; asks for those of the ids that are not known yet. */
export function useResources(ids: string[] = []): ReadonlyMap<string, Resource> {
  const resources = resourcesOf(useClient());
  // The ids count, not the list that holds them
  useEffect(() => resources.want(ids), [resources, ids.join()]);
  return useSyncExternalStore(resources.subscribe, () => resources.known);
}
