import { useClient } from "urql";
import { graphql } from "../../gql";
import type { HandoffItemFragment } from "../../gql/graphql";

const HandoffPageQuery = graphql(`
  query HandoffPage($id: ID!, $after: String) {
    disconnection(id: $id) {
      id
      handoff(first: 250, after: $after) {
        nodes {
          ...HandoffItem
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
`);

/** In ms: how long a page may take, with what is tried again. Whoever waits for all of them is told rather than kept waiting. */
const pageTimeout = 15_000;

/** Reads the whole list of a disconnect, page by page; a page that cannot be read, or not in time, ends it with an error. */
export function useHandoffPages() {
  const client = useClient();
  async function read(id: string, after: string | null) {
    const page = client.query(HandoffPageQuery, { id, after }, { requestPolicy: "network-only" }).toPromise();
    const { data, error } = await Promise.race([page, tooLate()]);
    if (error || !data?.disconnection) throw error ?? new Error("This store has no such record.");
    return data.disconnection.handoff;
  }
  return async function* (id: string): AsyncGenerator<HandoffItemFragment[]> {
    let page = await read(id, null);
    yield page.nodes;
    while (page.pageInfo.hasNextPage) {
      page = await read(id, page.pageInfo.endCursor);
      yield page.nodes;
    }
  };
}

function tooLate(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("The list was not read in time.")), pageTimeout));
}
