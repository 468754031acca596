import type { ComponentProps, MouseEvent } from "react";
import { Link } from "react-router";
import styles from "./Button.module.css";
import { isRepeatedClick } from "./isRepeatedClick";

type Variant = "primary" | "critical" | "plain";

interface ButtonProps extends ComponentProps<"button"> {
  variant?: Variant;
  /** What this button started is in flight: it says so, and can be reached but not pressed again. */
  busy?: boolean;
}

/** One that is critical takes no second click of a double click: it was meant for what opened the dialog that it stands in. */
export function Button({ variant = "plain", busy = false, onClick, className, ...rest }: ButtonProps) {
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (busy || (variant === "critical" && isRepeatedClick(event))) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      type="button"
      {...rest}
      className={classes(variant, className)}
      aria-disabled={busy || undefined}
      onClick={press}
    />
  );
}

/** A link that looks like a button. */
export function ButtonLink({ variant = "plain", ...rest }: ComponentProps<typeof Link> & { variant?: Variant }) {
  return <Link {...rest} className={classes(variant)} />;
}

function classes(variant: Variant, more?: string): string {
  return [styles.button, styles[variant], more].filter(Boolean).join(" ");
}
