import type { RecordFragment } from "../../gql/graphql";
import { Section } from "../../ui/Section";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./RestorationProof.module.css";

type Restoration = RecordFragment["restoration"];

/** The digests of the settings before the integration and after it. */
export function RestorationProof({ restoration }: { restoration: Restoration }) {
  const { snapshotTakenAt, snapshotDigest, restoredDigest, verifiedAt } = restoration;
  return (
    <Section title="Proof">
      <p>{verdict(restoration)}</p>
      <dl className={styles.digests}>
        <div>
          <dt>
            Recorded before connecting, <Timestamp at={snapshotTakenAt} />
          </dt>
          <dd>
            <code>{snapshotDigest}</code>
          </dd>
        </div>
        <div>
          <dt>
            Read back after disconnecting
            {verifiedAt && (
              <>
                , <Timestamp at={verifiedAt} />
              </>
            )}
          </dt>
          <dd>{restoredDigest === null ? "Not read back yet" : <code>{restoredDigest}</code>}</dd>
        </div>
      </dl>
    </Section>
  );
}

/** Where there are exceptions the program has compared the digest with that of the snapshot without them. */
function verdict({ snapshotDigest, restoredDigest, exceptions: { totalCount } }: Restoration): string {
  if (restoredDigest === null) return "The store is read back when all that was recorded is written to it.";
  if (totalCount > 0)
    return `Every setting outside the ads channel is as it was before TikTok Shop was connected, but for ${totalCount === 1 ? "the entry" : `the ${totalCount} entries`} below: the digest read back is of the settings without ${totalCount === 1 ? "it" : "them"}.`;
  if (restoredDigest === snapshotDigest)
    return "The digests are equal: every setting outside the ads channel is as it was before TikTok Shop was connected.";
  return "The digests are not equal: the settings are not as they were recorded. Ask for support.";
}
