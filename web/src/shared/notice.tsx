import { createContext, type ReactNode, useContext, useState } from "react";
import { Link, useNavigate } from "react-router";
import { showToast } from "../api/appBridge";
import { t } from "../i18n/messages";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import { ConnectAgain, OrderWork, useNextSteps } from "./NextSteps";
import styles from "./notice.module.css";

/** The outcome of a mutation, shown as a banner. */
export interface Notice {
  tone: "success" | "critical";
  text: string;
  /** The id of the disconnection that it is about. */
  record?: string;
}

const NoticeContext = createContext<Notice | undefined>(undefined);
const SetNoticeContext = createContext<(notice?: Notice) => void>(() => {});

export function NoticeProvider({ children }: { children: ReactNode }) {
  const [notice, setNotice] = useState<Notice>();
  return (
    <SetNoticeContext value={setNotice}>
      <NoticeContext value={notice}>{children}</NoticeContext>
    </SetNoticeContext>
  );
}

/** The last notice, above whichever page is shown, until it is dismissed or the next mutation starts. */
export function NoticeBanner() {
  const notice = useContext(NoticeContext);
  const setNotice = useContext(SetNoticeContext);
  const dismiss = () => setNotice(undefined);
  const steps = useNextSteps(notice?.record);
  if (!notice) return null;
  return (
    <div className={styles.notice}>
      <Banner tone={notice.tone} title={notice.text}>
        {steps && <OrderWork steps={steps} />}
        <div className={styles.actions}>
          {notice.record && (
            <Link to={`/activity/disconnections/${encodeURIComponent(notice.record)}`} onClick={dismiss}>
              {t("shared.openRecord")}
            </Link>
          )}
          {steps && <ConnectAgain steps={steps} />}
          <Button onClick={dismiss}>{t("shared.notice.dismiss")}</Button>
        </div>
      </Banner>
    </div>
  );
}

/** Shows a notice. */
export function useNotice(): (notice: Notice) => void {
  return useContext(SetNoticeContext);
}

/** Shows a notice of success. */
export function useNotify() {
  const setNotice = useContext(SetNoticeContext);
  return (notice: Omit<Notice, "tone">) => tell(setNotice, notice);
}

/** A success that leads nowhere is told for some seconds, where somebody else does that. */
function tell(setNotice: (notice: Notice) => void, notice: Omit<Notice, "tone">) {
  if (notice.record || !showToast(notice.text)) setNotice({ tone: "success", ...notice });
}

/**
 * Reports the outcome of a mutation that a dialog starts: on success the overview or another page, and a notice where all is
 * done. When the seller has navigated away meanwhile there is no redirect, and an error, which the closed dialog cannot show,
 * is a notice, too.
 */
export function useOutcome() {
  const setNotice = useContext(SetNoticeContext);
  const navigate = useNavigate();
  return () => {
    setNotice(undefined);
    const dialog = window.location.href;
    const stayed = () => window.location.href === dialog;
    return {
      succeeded(notice?: Omit<Notice, "tone">, to = "/") {
        if (notice) tell(setNotice, notice);
        if (stayed()) navigate(to, { replace: true });
      },
      failed(text: string) {
        if (!stayed()) setNotice({ tone: "critical", text });
      },
    };
  };
}
