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

/** Reads the whole list of a disconnect, page by page; a page that cannot be read ends it with an error. */
export function useHandoffPages() {
  const client = useClient();
  async function read(id: string, after: string | null) {
    const { data, error } = await client.query(HandoffPageQuery, { id, after }, { requestPolicy: "network-only" });
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
