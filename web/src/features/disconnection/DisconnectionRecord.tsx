import { graphql } from "../../gql";
import type { RecordFragment } from "../../gql/graphql";
import { DisconnectionProgress } from "./DisconnectionProgress";
import { Handoff } from "./Handoff";
import { Outcome } from "./Outcome";
import { RestoredSettings } from "./RestoredSettings";
import { usePaper } from "./usePaper";

graphql(`
  fragment Record on Disconnection {
    id
    status
    account {
      id
      name
      externalId
      region
      orderManagement {
        routes {
          system
          url
        }
      }
    }
    disconnectedAt
    disconnectedBy {
      kind
      name
    }
    ...DisconnectionProgress
    completedAt
    authorization {
      status
      revokedAt
    }
    restoration {
      snapshotTakenAt
      snapshotDigest
      restoredDigest
      verifiedAt
      exceptions(first: 250) {
        totalCount
        nodes {
          ...Exception
        }
      }
      changes {
        scope
        definition {
          group
        }
        ...Change
      }
      edits {
        key
      }
    }
  }
`);

/** The record of a disconnect: how it ended, what is left to do, and each setting before and after. */
export function DisconnectionRecord({ record }: { record: RecordFragment }) {
  const [paper, showOnPaper] = usePaper();
  return (
    <>
      <DisconnectionProgress record={record} />
      <Outcome record={record} showOnPaper={showOnPaper} />
      <Handoff id={record.id} paper={paper} />
      <RestoredSettings record={record} />
    </>
  );
}
