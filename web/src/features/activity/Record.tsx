import { graphql } from "../../gql";
import type { RecordFragment } from "../../gql/graphql";
import { Moment } from "../../ui/Moment";
import { Section } from "../../ui/Section";
import { Changes } from "../settings/Changes";
import { Proof } from "./Proof";
import { TakeAway } from "./TakeAway";

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

/** What was disconnected, the proof that the settings are back, and each of them before and after. */
export function Record({ record }: { record: RecordFragment }) {
  const { account, restoration } = record;
  return (
    <>
      <Section title={account.name} beside={<TakeAway record={record} />}>
        <p>
          {account.externalId} · {account.region} · disconnected by {record.disconnectedBy.name},{" "}
          <Moment at={record.disconnectedAt} />
        </p>
      </Section>
      <Proof {...restoration} />
      <Section title="Settings">
        {restoration.changes.length === 0 && <p>No setting had to change.</p>}
        <Changes changes={restoration.changes} before="Before the disconnect" after="After the disconnect" markEdits />
      </Section>
    </>
  );
}
