import type { ComponentProps } from "react";
import { Link } from "react-router";
import styles from "./Button.module.css";

type Look = "primary" | "critical" | "plain";

interface ButtonProps extends ComponentProps<"button"> {
  look?: Look;
  /** Something this button started is under way: it says so, and can be reached but not pressed again. */
  busy?: boolean;
}

export function Button({ look = "plain", busy = false, onClick, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={classes(look, className)}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onClick}
    />
  );
}

/** A link that looks like a button. */
export function ButtonLink({ look = "plain", ...rest }: ComponentProps<typeof Link> & { look?: Look }) {
  return <Link {...rest} className={classes(look)} />;
}

function classes(look: Look, more?: string): string {
  return [styles.button, styles[look], more].filter(Boolean).join(" ");
}
