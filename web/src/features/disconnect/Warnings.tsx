import type { DisconnectWarningCode, PreviewFragment } from "../../gql/graphql";
import styles from "./Warnings.module.css";

const informational = new Set<DisconnectWarningCode>(["ADS_UNAFFECTED"]);

/** The warnings as the server computed them. */
export function Warnings({ warnings }: { warnings: PreviewFragment["warnings"] }) {
  return (
    <section aria-label="Before you disconnect">
      <ul className={styles.warnings}>
        {warnings.map(({ code, message }) => (
          <li key={code} className={informational.has(code) ? styles.informational : styles.warning}>
            {message}
          </li>
        ))}
      </ul>
    </section>
  );
}
