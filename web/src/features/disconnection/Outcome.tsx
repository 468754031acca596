import type { RecordFragment } from "../../gql/graphql";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { byActor } from "../../shared/actor";
import { Exceptions } from "../../shared/Exceptions";
import { ProblemLink, ProblemText } from "../../shared/ProblemText";
import { Section } from "../../ui/Section";
import { Timestamp } from "../../ui/Timestamp";
import { outcomeOf } from "./certificate";
import styles from "./DisconnectionRecord.module.css";
import { DownloadCertificate } from "./DownloadCertificate";
import { ExportRecord } from "./ExportRecord";
import { PrintRecord } from "./PrintRecord";
import { RestorationProof } from "./RestorationProof";
import { exceptionsOnPaper, type Paper, roomOnPaper } from "./usePaper";

interface OutcomeProps {
  record: RecordFragment;
  showOnPaper(paper: Paper): void;
}

/** Whether the store is as it was, but for what; with the proof; of which account, since when and by whom; and the files to keep. */
export function Outcome({ record, showOnPaper }: OutcomeProps) {
  const { account, restoration } = record;
  const { exceptions } = restoration;
  return (
    <Section title={account.name}>
      {(restoration.verifiedAt || record.completedAt) && <p className={styles.outcome}>{outcomeOf(restoration)}</p>}
      {exceptions.totalCount > 0 && (
        <section aria-label={t("disconnection.notPutBack")} className={styles.notPutBack}>
          <h3>{t("disconnection.notPutBack")}</h3>
          <Exceptions exceptions={exceptions.nodes} count={exceptions.totalCount} />
          {exceptions.nodes.length > exceptionsOnPaper && (
            <p className={styles.paper}>
              {t("disconnection.someExceptionsOnPaper", { listed: exceptionsOnPaper, count: exceptions.totalCount })}
            </p>
          )}
        </section>
      )}
      <RestorationProof restoration={restoration} />
      <Facts record={record} />
      {record.authorization.status === "NOT_CONFIRMED" && <LookInSellerCenter record={record} />}
      <div className={styles.actions}>
        {record.completedAt && <DownloadCertificate record={record} />}
        <PrintRecord id={record.id} room={roomOnPaper(exceptions.totalCount)} show={showOnPaper} />
        <ExportRecord record={record} />
      </div>
    </Section>
  );
}

/** Of which account, since when and by whom, and when it was done. */
function Facts({ record }: { record: RecordFragment }) {
  const { account } = record;
  return (
    <>
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
    </>
  );
}

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
