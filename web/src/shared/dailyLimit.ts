/** From so many per cent on it is told. */
const worthTelling = 80;

/** How many per cent of a day's limit are used, at most 100; undefined while that is nothing to think of. */
export function percentToTell({ limit, used }: { limit: number; used: number }): number | undefined {
  const percent = limit > 0 ? Math.min(100, Math.floor((100 * used) / limit)) : 0;
  return percent < worthTelling ? undefined : percent;
}
