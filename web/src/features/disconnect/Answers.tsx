import type { ReactNode } from "react";
import type { PreviewFragment } from "../../gql/graphql";
import { t } from "../../i18n/messages";
import styles from "./Answers.module.css";
import { Edits } from "./Edits";
import { GoesBack } from "./GoesBack";
import { Waiting } from "./Waiting";

/** What a seller asks before disconnecting, answered in one screen, on a small phone, too. */
export function Answers({ preview }: { preview: PreviewFragment }) {
  return (
    <div className={styles.answers}>
      <Answer title={t("disconnect.goesBack.title")}>
        <GoesBack preview={preview} />
      </Answer>
      <Answer title={t("disconnect.edits.title")}>
        <Edits edits={preview.edits} />
      </Answer>
      <Answer title={t("disconnect.waiting.title")}>
        <Waiting preview={preview} />
      </Answer>
      <Answer title={t("disconnect.stays.title")}>
        <p>{t("disconnect.stays.ads")}</p>
      </Answer>
    </div>
  );
}

function Answer({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className={styles.answer}>
      <h3>{title}</h3>
      <div className={styles.text}>{children}</div>
    </section>
  );
}
