/*
 * Deadlines are the server's times. A browser's clock may be minutes off, so the
 * countdown runs on the server's clock, as told by the Date header of its answers.
 */
const HEADER_RESOLUTION_MS = 1000;

let offsetMs = 0;

export function noteServerDate(header: string | null): void {
  const date = header === null ? NaN : Date.parse(header);
  if (Number.isNaN(date)) return;
  const measured = date - Date.now();
  // The header is cut to whole seconds: a smaller difference is not a wrong clock.
  offsetMs = Math.abs(measured) <= 2 * HEADER_RESOLUTION_MS ? 0 : measured;
}

export function serverNow(): number {
  return Date.now() + offsetMs;
}
