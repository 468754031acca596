import { t } from "../i18n/messages";
import styles from "./Loading.module.css";

/** The place of what is being loaded: bars for the eye, a word for those who cannot see them. */
export function Loading() {
  return (
    <div role="status" className={styles.loading}>
      <span className={styles.word}>{t("ui.loading")}</span>
      <div className={styles.bar} />
      <div className={styles.bar} />
      <div className={styles.bar} />
    </div>
  );
}
