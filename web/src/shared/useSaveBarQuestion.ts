import { useEffect } from "react";
import { type saveBar, saveBarId } from "../api/appBridge";
import type { Blocker } from "./navigation/useBlocker";

/**
 * Has the Shopify admin ask who is about to lose something, and goes on when they leave. The bar goes first: while it is shown, the admin
 * lets no address be left, that of a dialog above the page neither; there it comes back.
 */
export function useSaveBarQuestion(
  bar: ReturnType<typeof saveBar>,
  blocker: Blocker,
  loses: boolean,
  hasDrafts: boolean,
) {
  const { state, location } = blocker;
  useEffect(() => {
    if (!bar || state !== "blocked") return;
    let superseded = false;
    const leave = async () => {
      if (loses) await bar.leaveConfirmation();
      if (!superseded) await bar.hide(saveBarId).catch(() => undefined);
      if (!superseded) blocker.proceed();
    };
    leave().catch(() => superseded || blocker.reset());
    return () => {
      superseded = true;
    };
  }, [state, location?.key]);
  // Who stayed has saved, or given up: an answer that comes now leads nowhere.
  useEffect(() => {
    if (bar && state === "blocked" && !hasDrafts) blocker.reset();
  }, [hasDrafts]);
}
