import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { t } from "../i18n/messages";
import { Button } from "./Button";
import styles from "./Dialog.module.css";

interface Props {
  title: string;
  /** A mutation is in flight: the dialog cannot be closed. */
  busy?: boolean;
  onClose(): void;
  children: ReactNode;
}

/** A modal dialog, with the title in the window while it is open. The browser traps the focus inside, and restores it on close. */
export function Dialog({ title, busy = false, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    // Closed before React unmounts it: an unmounted dialog does not restore the focus.
    const shown = dialog.current;
    shown?.showModal();
    heading.current?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (!busy) onClose();
      }}
      onClose={({ currentTarget: closed }) => {
        if (!dialog.current || closed.open) return; // gone, or shown again
        if (busy)
          closed.showModal(); // Escape, pressed often enough, closes it without asking
        else onClose();
      }}
    >
      {/* React puts it before the page's own title, and a window shows the first. */}
      <title>{`${title} · TikTok`}</title>
      <header className={styles.head}>
        <h2 ref={heading} id={id} tabIndex={-1}>
          {title}
        </h2>
        <Button className={styles.close} aria-label={t("ui.close")} busy={busy} onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </Button>
      </header>
      {children}
    </dialog>
  );
}

/** The content of a dialog, which scrolls when it is long. */
export function DialogBody({ children }: { children: ReactNode }) {
  return <div className={styles.body}>{children}</div>;
}

/** The buttons of a dialog, always visible. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <footer className={styles.actions}>{children}</footer>;
}
