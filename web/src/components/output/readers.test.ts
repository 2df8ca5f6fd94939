import { describe, expect, it } from 'vitest';

import { remainingScalars, valueAt } from './outputPath';
import { readChips, readSentiment, strongest } from './readers';

describe('readSentiment', () => {
  it('keeps score and confidence within their ranges', () => {
    expect(readSentiment({ label: 'positive', score: 5, confidence: -1 })).toEqual({
      label: 'positive',
      score: 1,
      confidence: 0,
      sentences: [],
    });
  });

  it('drops sentences of another shape', () => {
    const sentences = [{ text: 'Good.', score: 0.5 }, { text: 1, score: 0.5 }, null, 'text'];

    expect(readSentiment({ label: 'neutral', score: 0, sentences })?.sentences).toEqual([{ text: 'Good.', score: 0.5 }]);
  });

  it.each([null, 'positive', [], { label: 'happy', score: 1 }, { label: 'positive', score: '1' }])(
    'is null for %j',
    (value) => {
      expect(readSentiment(value)).toBeNull();
    },
  );
});

describe('strongest', () => {
  it('picks by weight and keeps the order of the text', () => {
    const sentences = [0.1, -0.9, 0.3, 0.8].map((score) => ({ text: `s${score}`, score }));

    expect(strongest(sentences, 2).map(({ score }) => score)).toEqual([-0.9, 0.8]);
  });
});

describe('readChips', () => {
  it('puts the best first and weighs the others against it', () => {
    const value = [
      { keyword: 'b', score: 1, count: 2 },
      { keyword: 'a', score: 4 },
    ];

    expect(readChips(value)).toEqual([
      { text: 'a', weight: 1, count: null },
      { text: 'b', weight: 0.25, count: 2 },
    ]);
  });

  it('takes plain strings, in their order', () => {
    expect(readChips(['x', 'y'])?.map(({ text }) => text)).toEqual(['x', 'y']);
  });

  it('survives scores of zero, and shows no more than fifty', () => {
    const chips = readChips(Array.from({ length: 80 }, () => ({ text: 'x', score: 0 })));

    expect(chips).toHaveLength(50);
    expect(chips?.[0]?.weight).toBe(0);
  });

  it.each([null, {}, 'a', [1], ['a', { score: 1 }]])('is null for %j', (value) => {
    expect(readChips(value)).toBeNull();
  });
});

describe('valueAt', () => {
  it('walks into objects, own members only', () => {
    expect(valueAt({ summary: { text: 'x' } }, 'summary.text')).toBe('x');
    expect(valueAt({ summary: null }, 'summary.text')).toBeUndefined();
    expect(valueAt({}, 'constructor.name')).toBeUndefined();
    expect(valueAt('text', 'length')).toBeUndefined();
  });
});

describe('remainingScalars', () => {
  it('leaves out what a hint covers, and everything that is not plain', () => {
    const output = { count: 2, language: 'en', ok: true, summary: 's', nested: {}, list: [], none: null };

    expect(remainingScalars(output, ['summary.text'])).toEqual([
      ['count', 2],
      ['language', 'en'],
      ['ok', true],
    ]);
  });
});
