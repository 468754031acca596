import { type ComponentProps, lazy, Suspense } from "react";
import type { StaleNotice as Notice } from "./StaleNotice";

const Loaded = lazy(async () => ({ default: (await import("./StaleNotice")).StaleNotice }));

/** What changed since the preview was shown, which mostly is nothing. */
export function StaleNotice(props: ComponentProps<typeof Notice>) {
  return (
    <Suspense>
      <Loaded {...props} />
    </Suspense>
  );
}
