import type { ReactNode } from "react";

interface Props {
  href: string;
  label?: string | undefined;
  children: ReactNode;
}

/** A link to another site, in a window of its own. */
export function ExternalLink({ href, label, children }: Props) {
  return (
    <a href={href} target="_blank" rel="noreferrer" aria-label={label}>
      {children}
    </a>
  );
}
