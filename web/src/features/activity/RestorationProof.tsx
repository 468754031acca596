import type { RecordFragment } from "../../gql/graphql";
import { Section } from "../../ui/Section";
import { Timestamp } from "../../ui/Timestamp";
import styles from "./RestorationProof.module.css";

/** The digests of the settings before the integration and after it. */
export function RestorationProof({
  snapshotTakenAt,
  snapshotDigest,
  restoredDigest,
}: Omit<RecordFragment["restoration"], "changes">) {
  const equal = snapshotDigest === restoredDigest;
  return (
    <Section title="Proof">
      <p>
        {equal
          ? "The digests are equal: every setting outside the ads channel is as it was before TikTok Shop was connected."
          : "The digests are not equal: the settings are not as they were recorded. Ask for support."}
      </p>
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
          <dt>Read back after disconnecting</dt>
          <dd>
            <code>{restoredDigest}</code>
          </dd>
        </div>
      </dl>
    </Section>
  );
}
