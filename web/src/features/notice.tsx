import { createContext, type ReactNode, useContext, useState } from "react";
import { Link, useNavigate } from "react-router";
import { Banner } from "../ui/Banner";
import { Button } from "../ui/Button";
import styles from "./notice.module.css";

/** What came of something that was asked for. */
interface Notice {
  tone: "success" | "critical";
  text: string;
  /** The id of the disconnection that it is about. */
  record?: string;
}

const Told = createContext<Notice | undefined>(undefined);
const Tell = createContext<(notice?: Notice) => void>(() => {});

export function NoticeProvider({ children }: { children: ReactNode }) {
  const [notice, tell] = useState<Notice>();
  return (
    <Tell value={tell}>
      <Told value={notice}>{children}</Told>
    </Tell>
  );
}

/** The last notice, above whichever page is shown, until it is dismissed or the next thing is asked for. */
export function LastNotice() {
  const notice = useContext(Told);
  const tell = useContext(Tell);
  const dismiss = () => tell(undefined);
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

/**
 * For what a dialog starts: when it is done, a notice tells it, and the seller goes to the overview. One who has gone
 * elsewhere meanwhile stays there, and is told of a failure, too, which the dialog shows to nobody then.
 */
export function useOutcome() {
  const tell = useContext(Tell);
  const navigate = useNavigate();
  return () => {
    tell(undefined);
    const dialog = window.location.href;
    const stayed = () => window.location.href === dialog;
    return {
      done(notice: Omit<Notice, "tone">) {
        tell({ tone: "success", ...notice });
        if (stayed()) navigate("/", { replace: true });
      },
      failed(text: string) {
        if (!stayed()) tell({ tone: "critical", text });
      },
    };
  };
}
