import { useEffect, useRef } from "react";

/** Asks again and again while active, and while somebody can see the page. */
export function usePolling(active: boolean, ask: () => void) {
  const latest = useRef(ask);
  useEffect(() => {
    latest.current = ask;
  });
  useEffect(() => {
    if (!active) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let times = 0;
    function schedule() {
      clearTimeout(timer);
      if (document.hidden) return;
      timer = setTimeout(() => {
        latest.current();
        schedule();
      }, pauseBefore(times++));
    }
    document.addEventListener("visibilitychange", schedule);
    schedule();
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", schedule);
    };
  }, [active]);
}

/** In ms: most is done in a moment; what takes minutes may as well take hours. */
function pauseBefore(times: number): number {
  return times < 120 ? Math.min(200 + 100 * times, 1000) : 5000;
}
