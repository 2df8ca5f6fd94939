import type { LocalizedText } from '../api/model';
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
