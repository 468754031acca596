import type { RecordFragment } from "../../gql/graphql";
import { formatDate } from "../../i18n/format";
import { Message } from "../../i18n/Message";
import { t } from "../../i18n/messages";
import { Fold } from "../../ui/Fold";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./RestorationProof.module.css";

type Restoration = RecordFragment["restoration"];

/** The digests of the settings before the integration and after it, and how anybody can check them. */
export function RestorationProof({ restoration }: { restoration: Restoration }) {
  const { snapshotTakenAt, snapshotDigest, restoredDigest, verifiedAt } = restoration;
  return (
    <section aria-label={t("disconnection.proof.label")} className={styles.proof}>
      <Fold title={titleOf(restoration)}>
        <p>{verdict(restoration)}</p>
        <dl className={styles.digests}>
          <div>
            <dt>
              <Message
                id="disconnection.proof.recorded"
                values={{ at: <Timestamp at={snapshotTakenAt} as="record" /> }}
              />
            </dt>
            <dd>
              <code>{snapshotDigest}</code>
            </dd>
          </div>
          <div>
            <dt>
              {verifiedAt ? (
                <Message
                  id="disconnection.proof.readBackAt"
                  values={{ at: <Timestamp at={verifiedAt} as="record" /> }}
                />
              ) : (
                t("disconnection.proof.readBack")
              )}
            </dt>
            <dd>{restoredDigest === null ? t("disconnection.proof.notReadBack") : <code>{restoredDigest}</code>}</dd>
          </div>
        </dl>
        <p className={styles.check}>{t("disconnection.proof.howToCheck")}</p>
      </Fold>
    </section>
  );
}

/** What the proof is of, for who does not read digests. Settings of ads are neither restored nor compared. */
function titleOf({ snapshotTakenAt, snapshotDigest, restoredDigest, exceptions }: Restoration): string {
  if (restoredDigest === null) return t("disconnection.proof.none");
  const day = formatDate(new Date(snapshotTakenAt));
  if (exceptions.totalCount > 0) return t("disconnection.proof.exceptions", { day, count: exceptions.totalCount });
  return t(restoredDigest === snapshotDigest ? "disconnection.proof.equal" : "disconnection.proof.unequal", { day });
}

/** Where there are exceptions the program has compared the digest with that of the snapshot without them. */
function verdict({ snapshotDigest, restoredDigest, exceptions: { totalCount: count } }: Restoration): string {
  if (restoredDigest === null) return t("disconnection.proof.verdicts.none");
  if (count > 0) return t("disconnection.proof.verdicts.exceptions", { count });
  const equal = restoredDigest === snapshotDigest;
  return t(equal ? "disconnection.proof.verdicts.equal" : "disconnection.proof.verdicts.unequal");
}
