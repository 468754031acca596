import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { Button } from "./Button";
import styles from "./Dialog.module.css";

interface Props {
  title: string;
  /** Something is under way that must be seen to its end: the dialog stays. */
  busy?: boolean;
  onClose(): void;
  children: ReactNode;
}

/** A modal dialog. The browser keeps focus inside, and gives it back to where it was. */
export function Dialog({ title, busy = false, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  useLayoutEffect(() => {
    // Before React takes the dialog away: one that is gone gives no focus back.
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
      <header className={styles.head}>
        <h2 ref={heading} id={id} tabIndex={-1}>
          {title}
        </h2>
        <Button className={styles.close} aria-label="Close" busy={busy} onClick={onClose}>
          <span aria-hidden="true">✕</span>
        </Button>
      </header>
      {children}
    </dialog>
  );
}

/** What a dialog says, scrolled when it is long. */
export function DialogBody({ children }: { children: ReactNode }) {
  return <div className={styles.body}>{children}</div>;
}

/** What can be done in a dialog: always in sight. */
export function DialogActions({ children }: { children: ReactNode }) {
  return <footer className={styles.actions}>{children}</footer>;
}
