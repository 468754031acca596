import { t } from "../i18n/messages";
import styles from "./Placeholder.module.css";

/** The place of a word in a line that is still being read. */
export function Placeholder() {
  return (
    <span className={styles.placeholder}>
      <span className={styles.word}>{t("ui.loading")}</span>
    </span>
  );
}
