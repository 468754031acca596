import { useClient } from "urql";
import { graphql } from "../../gql";
import type { WholeChangeFragment } from "../../gql/graphql";
import type { Json } from "../../json";

const LongSettingQuery = graphql(`
  query LongSetting($key: String!) {
    settings(key: $key) {
      key
      value
    }
  }
`);

const LongChangeQuery = graphql(`
  query LongChange($id: ID!, $key: String!) {
    node(id: $id) {
      ... on AuditEntry {
        id
        changes(key: $key) {
          ...WholeChange
        }
      }
      ... on Disconnection {
        id
        restoration {
          changes(key: $key) {
            ...WholeChange
          }
        }
      }
      ... on Account {
        id
        disconnectPreview {
          changes(key: $key) {
            ...WholeChange
          }
        }
      }
    }
  }
`);

graphql(`
  fragment WholeChange on SettingChange {
    key
    before
    after
  }
`);

/** Reads a setting's value whole: null for one that is not set, undefined when it cannot be read now. */
export function useLongSetting() {
  const client = useClient();
  return async (key: string): Promise<Json | undefined> => {
    const { data } = await client.query(LongSettingQuery, { key }, { requestPolicy: "network-only" });
    return data && (data.settings[0]?.value ?? null);
  };
}

/** Reads both values of a change whole: of an audit entry, a disconnection, or what disconnecting an account would do. */
export function useLongChange() {
  const client = useClient();
  return async (id: string, key: string): Promise<WholeChangeFragment | undefined> => {
    const { data } = await client.query(LongChangeQuery, { id, key }, { requestPolicy: "network-only" });
    const node = data?.node;
    if (!node) return undefined;
    const changes =
      "changes" in node
        ? node.changes
        : "restoration" in node
          ? node.restoration.changes
          : "disconnectPreview" in node
            ? (node.disconnectPreview?.changes ?? [])
            : [];
    return changes[0];
  };
}
