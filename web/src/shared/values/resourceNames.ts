import { useEffect, useSyncExternalStore } from "react";
import { type Client, useClient } from "urql";
import { graphql } from "../../gql";
import type { NameOf } from "./words";

const ResourceNamesQuery = graphql(`
  query ResourceNames($ids: [ID!]!) {
    store {
      id
      domain
      resourceNames(ids: $ids) {
        id
        name
      }
    }
  }
`);

const MAX_IDS = 250; // that a call may name

/** What has a name in the API, and where it is in the Shopify admin. */
const places: Record<string, string> = { Product: "products", Location: "settings/locations" };

/** A product or a location of the store. */
export interface Resource {
  name: string;
  /** Its page in the Shopify admin. */
  url: string;
}

interface Found {
  domain: string;
  names: { id: string; name: string }[];
}

/** Names of what settings refer to by Shopify id: those that a page asks for in one moment are read in one call, each once. */
export class Resources {
  readonly #read: (ids: string[]) => Promise<Found | undefined>;
  readonly #asked = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #waiting: string[] = [];
  /** Another map whenever more is known. */
  known: ReadonlyMap<string, Resource> = new Map();

  constructor(read: (ids: string[]) => Promise<Found | undefined>) {
    this.#read = read;
  }

  subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  want(ids: string[]): void {
    const fresh = ids.filter((id) => placeOf(id) && !this.#asked.has(id));
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
      // What was not answered is asked again when it is shown again.
      if (found) this.#add(found);
      else for (const id of some) this.#asked.delete(id);
    }
  }

  #add({ domain, names }: Found): void {
    const handle = domain.replace(/\.myshopify\.com$/, "");
    const known = new Map(this.known);
    for (const { id, name } of names) {
      known.set(id, { name, url: `https://admin.shopify.com/store/${handle}/${placeOf(id)}` });
    }
    this.known = known;
    for (const listener of this.#listeners) listener();
  }
}

/** Where the resource is within the store's admin, such as products/7001; undefined for what has no name there. */
function placeOf(id: string): string | undefined {
  const [, type = "", number] = id.match(/^gid:\/\/shopify\/(\w+)\/(\d+)$/) ?? [];
  return Object.hasOwn(places, type) ? `${places[type]}/${number}` : undefined;
}

const ofClients = new WeakMap<Client, Resources>();

function resourcesOf(client: Client): Resources {
  const existing = ofClients.get(client);
  if (existing) return existing;
  const resources = new Resources(async (ids) => {
    const { data } = await client.query(ResourceNamesQuery, { ids }, { requestPolicy: "network-only" });
    return data && { domain: data.store.domain, names: data.store.resourceNames };
  });
  ofClients.set(client, resources);
  return resources;
}

/** The names of at most 250 products and locations, as Shopify has them now; none when they cannot be read. */
export async function readNames(client: Client, ids: string[]): Promise<NameOf> {
  const some = [...new Set(ids.filter(placeOf))].slice(0, MAX_IDS);
  if (some.length === 0) return () => undefined;
  const { data } = await client.query(ResourceNamesQuery, { ids: some }, { requestPolicy: "network-only" });
  const names = new Map(data?.store.resourceNames.map(({ id, name }) => [id, name]));
  return (id) => names.get(id);
}

/** What is known of products and locations by their ids; asks for those of the ids that are not known yet. */
export function useResources(ids: string[] = []): ReadonlyMap<string, Resource> {
  const resources = resourcesOf(useClient());
  // The ids count, not the list that holds them
  useEffect(() => resources.want(ids), [resources, ids.join()]);
  return useSyncExternalStore(resources.subscribe, () => resources.known);
}
