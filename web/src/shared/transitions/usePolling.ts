import { useEffect, useRef } from "react";

/**
 * Asks again and again while active, and while somebody can see the page: often at first, and again after step has changed, then
 * ever more rarely.
 */
export function usePolling(active: boolean, ask: () => void, step = "") {
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
    function seen() {
      times = 0;
      schedule();
    }
    document.addEventListener("visibilitychange", seen);
    schedule();
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [active, step]);
}

/** In ms, by how often it was asked before: most is done in a moment; what takes minutes may as well take hours. */
export function pauseBefore(times: number): number {
  if (times < 5) return 200 * (times + 1);
  if (times < 15) return 1000;
  if (times < 25) return 2000;
  return times < 35 ? 5000 : 10_000;
}
