import { graphql } from "../../gql";
import type { AuthorizationEndStatus, RecordFragment } from "../../gql/graphql";
import { Section } from "../../ui/Section";
import { Timestamp } from "../../ui/Timestamp";
import { byActor } from "../actor";
import { Exceptions } from "../restoration/Exceptions";
import { ChangeList } from "../settings/ChangeList";
import { DisconnectionProgress } from "./DisconnectionProgress";
import { ExportRecord } from "./ExportRecord";
import { RestorationProof } from "./RestorationProof";

graphql(`
  fragment Record on Disconnection {
    id
    status
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
        ...Change
      }
    }
  }
`);

const authorizationEnds: Record<AuthorizationEndStatus, string> = {
  PENDING: "TikTok's authorization is being ended.",
  REVOKED: "TikTok's authorization was ended.",
  ALREADY_ENDED: "TikTok's authorization had been ended on TikTok's side.",
  NOT_CONFIRMED: "",
};

/** The record of a disconnect: the account, the proof of the restoration, and each setting before and after. */
export function DisconnectionRecord({ record }: { record: RecordFragment }) {
  const { account, restoration } = record;
  return (
    <>
      <Section title={account.name} aside={<ExportRecord record={record} />}>
        <p>
          {account.externalId} · {account.region} · disconnected {byActor(record.disconnectedBy)},{" "}
          <Timestamp at={record.disconnectedAt} />
        </p>
        {record.completedAt && (
          <p>
            Complete, <Timestamp at={record.completedAt} />. {authorizationEnds[record.authorization.status]}
          </p>
        )}
      </Section>
      <DisconnectionProgress record={record} />
      <RestorationProof restoration={restoration} />
      {restoration.exceptions.totalCount > 0 && (
        <Section title="Not put back">
          <Exceptions exceptions={restoration.exceptions.nodes} count={restoration.exceptions.totalCount} />
        </Section>
      )}
      <Section title="Settings">
        {restoration.changes.length === 0 && (
          <p>
            {restoration.restoredDigest === null
              ? "They are listed when the store is read back."
              : "No setting had to change."}
          </p>
        )}
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
