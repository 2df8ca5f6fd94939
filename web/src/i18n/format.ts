import type { LocalizedText } from '../api/model';
import type { QuotaName } from '../api/quota';
import { languages } from './language';
import type { Translator } from './translator';

/** `4:05`, or `1:02:03` from an hour on. Rounded up, so that 0:00 means over. */
export function formatCountdown(remainingMs: number): string {
  const total = Math.max(0, Math.ceil(remainingMs / 1000));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = pad(total % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${seconds}` : `${minutes}:${seconds}`;
}

/** In words: `5 minutes`, `1 minute 30 seconds`. */
export function formatDuration(durationMs: number, { t }: Translator): string {
  const total = Math.round(durationMs / 1000);
  const minutes = Math.floor(total / 60);
  const seconds = total % 60;
  const parts = [
    minutes > 0 ? t('duration.minutes', { count: minutes }) : null,
    seconds > 0 || minutes === 0 ? t('duration.seconds', { count: seconds }) : null,
  ];
  return parts.filter((part) => part !== null).join(' ');
}

const MINUTE_MS = 60_000;

/** When to try again: counted down when it is near, a time when it is hours away. */
export function formatWait(remainingMs: number, i18n: Translator): string {
  const { t } = i18n;
  if (remainingMs < 2 * MINUTE_MS) return t('error.retryIn', { count: Math.ceil(remainingMs / 1000) });
  if (remainingMs < 120 * MINUTE_MS) return t('error.retryInMinutes', { count: Math.ceil(remainingMs / MINUTE_MS) });
  return t('error.retryAt', { time: formatMoment(Date.now() + remainingMs, i18n) });
}

/** A time of the near future: `Nov 24, 12:00 AM`. To the nearest minute, so that a time that is waited for stands still. */
export function formatMoment(timeMs: number, { language }: Translator): string {
  const format = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' });
  return format.format(Math.round(timeMs / MINUTE_MS) * MINUTE_MS);
}

/** How long something took: `63 ms`, `1.4 s`. */
export function formatElapsed(elapsedMs: number, { t, number }: Translator): string {
  if (elapsedMs < 1000) return t('unit.millisecond', { value: number(Math.round(elapsedMs)) });
  const seconds = number(elapsedMs / 1000, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  return t('unit.second', { value: seconds });
}

const BYTE_UNITS = ['unit.byte', 'unit.kibibyte', 'unit.mebibyte', 'unit.gibibyte'] as const;

export function formatBytes(bytes: number, { t, number }: Translator): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return t(BYTE_UNITS[unit] ?? 'unit.byte', { value: number(value, { maximumFractionDigits: 1 }) });
}

/** So much of a quota, in its own unit. */
export function formatQuota(name: QuotaName, value: number, i18n: Translator): string {
  const { t, number } = i18n;
  switch (name) {
    case 'concurrentSessions':
    case 'sessions':
      return number(value);
    case 'diskBytes':
      return formatBytes(value, i18n);
    case 'cpuSeconds':
      return t('unit.second', { value: number(value, { maximumFractionDigits: 1 }) });
    case 'memoryGiBHours':
      return t('unit.gibibyteHour', { value: number(value, { maximumFractionDigits: 2 }) });
  }
}

/** A score with its sign, a real minus included: `+0.62`, `−0.40`, `0.00`. */
export function formatScore(score: number, { number }: Translator): string {
  return number(score, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'exceptZero' }).replace(
    '-',
    '−',
  );
}

/** A manifest's text in the page's language, else in one that the manifest has. */
export function localize(text: LocalizedText | undefined, { language }: Translator): string | undefined {
  if (text === undefined) return undefined;
  const order = [language, ...languages];
  return order.map((candidate) => text[candidate]).find((found) => found !== undefined);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
