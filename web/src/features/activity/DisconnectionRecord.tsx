import { graphql } from "../../gql";
import type { RecordFragment } from "../../gql/graphql";
import { Section } from "../../ui/Section";
import { Timestamp } from "../../ui/Timestamp";
import { ChangeList } from "../settings/ChangeList";
import { ExportRecord } from "./ExportRecord";
import { RestorationProof } from "./RestorationProof";

graphql(`
  fragment Record on Disconnection {
    id
    account {
      id
      name
      externalId
      region
    }
    disconnectedAt
    disconnectedBy {
      kind
      name
    }
    restoration {
      snapshotTakenAt
      snapshotDigest
      restoredDigest
      changes {
        scope
        ...Change
      }
    }
  }
`);

/** The record of a disconnect: the account, the proof of the restoration, and each setting before and after. */
export function DisconnectionRecord({ record }: { record: RecordFragment }) {
  const { account, restoration } = record;
  return (
    <>
      <Section title={account.name} aside={<ExportRecord record={record} />}>
        <p>
          {account.externalId} · {account.region} · disconnected by {record.disconnectedBy.name},{" "}
          <Timestamp at={record.disconnectedAt} />
        </p>
      </Section>
      <RestorationProof {...restoration} />
      <Section title="Settings">
        {restoration.changes.length === 0 && <p>No setting had to change.</p>}
        <ChangeList
          changes={restoration.changes}
          nodeId={record.id}
          before="Before the disconnect"
          after="After the disconnect"
          markEdits
        />
      </Section>
    </>
  );
}
