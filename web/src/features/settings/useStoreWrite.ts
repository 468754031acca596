import { useClient } from "urql";
import { graphql } from "../../gql";
import type { SettingFragment } from "../../gql/graphql";

const SettingAfterQuery = graphql(`
  query SettingAfter($key: String!) {
    settings(key: $key) {
      ...Setting
    }
  }
`);

const INTERVAL = 500; // milliseconds
const ATTEMPTS = 16;

/**
 * Waits until an edit of a setting that lives in the Shopify store was written there: until then the setting has the value
 * that the store has. The answer is whether it was written.
 */
export function useStoreWrite() {
  const client = useClient();
  return async (before: SettingFragment): Promise<boolean> => {
    for (let n = 0; n < ATTEMPTS; n++) {
      const { data } = await client.query(SettingAfterQuery, { key: before.key }, { requestPolicy: "network-only" });
      if (data && (data.settings[0] as SettingFragment | undefined)?.updatedAt !== before.updatedAt) return true;
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
    return false;
  };
}
