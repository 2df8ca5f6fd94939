/** Whole milliseconds that only ever grow, whatever happens to the wall clock. Whole, so that sums stay exact. */
export function monotonicNow(): number {
  return Math.round(performance.now());
}
