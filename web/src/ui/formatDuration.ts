/** A time of so many seconds, as it is said. */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return count(seconds, "second");
  if (seconds < 90 * 60) return count(seconds / 60, "minute");
  return count(seconds / 3600, "hour");
}

function count(amount: number, unit: string): string {
  const whole = Math.ceil(amount);
  return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}
