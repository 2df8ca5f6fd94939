import { describe, expect, it } from 'vitest';

import { formatBytes, formatCountdown, formatDuration, formatElapsed, formatScore, localize } from './format';
import { createTranslator } from './translator';

const en = createTranslator('en');
const ru = createTranslator('ru');

describe('formatCountdown', () => {
  it.each([
    [300_000, '5:00'],
    [299_001, '5:00'],
    [299_000, '4:59'],
    [61_000, '1:01'],
    [1, '0:01'],
    [0, '0:00'],
    [-5000, '0:00'],
    [3_600_000, '1:00:00'],
    [3_723_000, '1:02:03'],
    [90_000_000, '25:00:00'],
  ])('%d ms is %s', (remainingMs, expected) => {
    expect(formatCountdown(remainingMs)).toBe(expected);
  });
});

describe('formatDuration', () => {
  it.each([
    [300_000, '5 minutes', '5 минут'],
    [60_000, '1 minute', '1 минута'],
    [90_000, '1 minute 30 seconds', '1 минута 30 секунд'],
    [1000, '1 second', '1 секунда'],
    [0, '0 seconds', '0 секунд'],
  ])('%d ms is "%s" and "%s"', (durationMs, english, russian) => {
    expect(formatDuration(durationMs, en)).toBe(english);
    expect(formatDuration(durationMs, ru)).toBe(russian);
  });
});

describe('formatElapsed', () => {
  it.each([
    [62.6, '63 ms'],
    [1400, '1.4 s'],
    [75_000, '75.0 s'],
  ])('%d ms is "%s"', (elapsedMs, expected) => {
    expect(formatElapsed(elapsedMs, en)).toBe(expected);
  });
});

describe('formatBytes', () => {
  it.each([
    [512 * 1024 ** 2, '512 MiB'],
    [1.5 * 1024 ** 3, '1.5 GiB'],
    [2048 * 1024 ** 3, '2,048 GiB'],
    [100, '100 B'],
  ])('%d is "%s"', (bytes, expected) => {
    expect(formatBytes(bytes, en)).toBe(expected);
  });
});

describe('formatScore', () => {
  it('carries a sign, a real minus included', () => {
    expect([0.617, -0.4, 0].map((score) => formatScore(score, en))).toEqual(['+0.62', '−0.40', '0.00']);
    expect(formatScore(-0.4, ru)).toBe('−0,40');
  });
});

describe('localize', () => {
  it('takes the page’s language, else one that is there', () => {
    expect(localize({ en: 'Text', ru: 'Текст' }, ru)).toBe('Текст');
    expect(localize({ en: 'Text' }, ru)).toBe('Text');
    expect(localize({}, ru)).toBeUndefined();
    expect(localize(undefined, ru)).toBeUndefined();
  });
});
