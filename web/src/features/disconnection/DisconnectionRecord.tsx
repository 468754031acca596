import { graphql } from "../../gql";
import type { RecordFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { byActor } from "../../shared/actor";
import { Exceptions } from "../../shared/Exceptions";
import { ProblemLink, ProblemText } from "../../shared/ProblemText";
import { Section } from "../../ui/Section";
import { Timestamp } from "../../ui/Timestamp";
import { outcomeOf } from "./certificate";
import { DisconnectionProgress } from "./DisconnectionProgress";
import styles from "./DisconnectionRecord.module.css";
import { DownloadCertificate } from "./DownloadCertificate";
import { ExportRecord } from "./ExportRecord";
import { Handoff } from "./Handoff";
import { PrintRecord } from "./PrintRecord";
import { RestorationProof } from "./RestorationProof";
import { RestoredSettings } from "./RestoredSettings";
import { type Paper, usePaper } from "./usePaper";

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

/** What is left to the seller when nobody knows whether the authorization was ended. */
function LookInSellerCenter({ record }: { record: RecordFragment }) {
  const { problem } = record.progress;
  const center = record.account.orderManagement?.routes.find(({ system }) => system === "SELLER_CENTER")?.url ?? null;
  if (problem?.code === "TIKTOK_UNAVAILABLE") return <ProblemText problem={problem} />;
  return (
    <p>
      {t("disconnection.lookInSellerCenter")} {center && <ProblemLink code="TIKTOK_UNAVAILABLE" url={center} />}
    </p>
  );
}

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

interface OutcomeProps {
  record: RecordFragment;
  showOnPaper(paper: Paper): void;
}

/**
 * Whether the store is as it was, but for what; of which account, since when and by whom; with the proof, and the files to keep.
 */
function Outcome({ record, showOnPaper }: OutcomeProps) {
  const { account, restoration } = record;
  const { exceptions } = restoration;
  return (
    <Section title={account.name}>
      {(restoration.verifiedAt || record.completedAt) && <p className={styles.outcome}>{outcomeOf(restoration)}</p>}
      {exceptions.totalCount > 0 && (
        <section aria-label={t("disconnection.notPutBack")}>
          <h3>{t("disconnection.notPutBack")}</h3>
          <Exceptions exceptions={exceptions.nodes} count={exceptions.totalCount} />
        </section>
      )}
      <p className={styles.facts}>
        <Message
          id="disconnection.facts"
          values={{
            externalId: account.externalId,
            region: account.region,
            actor: byActor(record.disconnectedBy),
            at: <Timestamp at={record.disconnectedAt} as="record" />,
          }}
        />
      </p>
      {record.completedAt && (
        <p className={styles.facts}>
          <Message
            id="disconnection.complete"
            values={{
              at: <Timestamp at={record.completedAt} as="record" />,
              authorization: t(`disconnection.authorizationEnds.${record.authorization.status}`),
            }}
          />
        </p>
      )}
      {record.authorization.status === "NOT_CONFIRMED" && <LookInSellerCenter record={record} />}
      <RestorationProof restoration={restoration} />
      <div className={styles.actions}>
        {record.completedAt && <DownloadCertificate record={record} />}
        <PrintRecord id={record.id} show={showOnPaper} />
        <ExportRecord record={record} />
      </div>
    </Section>
  );
}
