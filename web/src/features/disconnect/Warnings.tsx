import type { PreviewFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import styles from "./Warnings.module.css";
import { address, warningText } from "./warningText";

/** The warnings of the server: in its words, or in the same by what they are about. */
export function Warnings({ preview }: { preview: PreviewFragment }) {
  return (
    <section aria-label={t("disconnect.warnings.title")} className={styles.section}>
      <h3>{t("disconnect.warnings.title")}</h3>
      <ul className={styles.warnings}>
        {preview.warnings.map((warning) => (
          <li key={warning.code}>
            <WithLinks text={warningText(warning, preview)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** A sentence whose addresses, which are Seller Center's, can be followed. */
function WithLinks({ text }: { text: string }) {
  const [before = "", url, ...rest] = text.split(address);
  if (!url) return text;
  return (
    <>
      {before}
      <a href={url} target="_blank" rel="noreferrer">
        {url}
      </a>
      {rest.join("")}
    </>
  );
}
