import { createContext, type ReactNode, useContext, useState } from "react";
import { Link, useNavigate } from "react-router";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import styles from "./notice.module.css";

/** The outcome of a mutation, shown as a banner. */
interface Notice {
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
  if (!notice) return null;
  return (
    <div className={styles.notice}>
      <Banner tone={notice.tone} title={notice.text}>
        <div className={styles.actions}>
          {notice.record && (
            <Link to={`/activity/disconnections/${encodeURIComponent(notice.record)}`} onClick={dismiss}>
              Open the record
            </Link>
          )}
          <Button onClick={dismiss}>Dismiss</Button>
        </div>
      </Banner>
    </div>
  );
}

/** Shows a notice of success. */
export function useNotify() {
  const setNotice = useContext(SetNoticeContext);
  return (notice: Omit<Notice, "tone">) => setNotice({ tone: "success", ...notice });
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
        if (notice) setNotice({ tone: "success", ...notice });
        if (stayed()) navigate(to, { replace: true });
      },
      failed(text: string) {
        if (!stayed()) setNotice({ tone: "critical", text });
      },
    };
  };
}
