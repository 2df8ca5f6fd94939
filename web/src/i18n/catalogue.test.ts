import { describe, expect, it } from 'vitest';

import type { Message } from './catalogue';
import { en } from './en';
import { languages } from './language';
import { catalogues, createTranslator } from './translator';

const entriesOf = (catalogue: object) => Object.entries(catalogue) as [string, Message][];
const formsOf = (message: Message) => (typeof message === 'string' ? [message] : Object.values(message));
const placeholdersOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).toSorted();

describe.each(languages)('the catalogue of %s', (language) => {
  const catalogue = catalogues[language];

  it('has exactly the keys of English', () => {
    expect(Object.keys(catalogue).toSorted()).toEqual(Object.keys(en).toSorted());
  });

  it('has no empty text', () => {
    const empty = entriesOf(catalogue).filter(([, message]) => formsOf(message).some((text) => text.trim() === ''));

    expect(empty).toEqual([]);
  });

  it('uses the placeholders of English in every form', () => {
    const english = new Map(entriesOf(en));
    for (const [key, message] of entriesOf(catalogue)) {
      const expected = placeholdersOf(formsOf(english.get(key) ?? '').at(-1) ?? '');
      for (const text of formsOf(message)) expect(placeholdersOf(text), key).toEqual(expected);
    }
  });

  it('has every plural form that the language knows', () => {
    const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
    for (const [key, message] of entriesOf(catalogue)) {
      if (typeof message === 'string') continue;
      expect(Object.keys(message).toSorted(), key).toEqual(pluralCategories.toSorted());
    }
  });
});

describe('plurals', () => {
  it.each([
    [1, '1 минута'],
    [2, '2 минуты'],
    [5, '5 минут'],
    [11, '11 минут'],
    [21, '21 минута'],
    [104, '104 минуты'],
    [1.5, '1,5 минуты'],
  ])('%d in Russian is "%s"', (count, expected) => {
    expect(createTranslator('ru').t('duration.minutes', { count })).toBe(expected);
  });

  it.each([
    [0, '0 minutes'],
    [1, '1 minute'],
    [2, '2 minutes'],
  ])('%d in English is "%s"', (count, expected) => {
    expect(createTranslator('en').t('duration.minutes', { count })).toBe(expected);
  });
});

describe('values', () => {
  it('are put in as they are: their own braces and dollars mean nothing', () => {
    expect(createTranslator('en').t('error.code', { code: '{id} $& $1' })).toBe('Code {id} $& $1');
  });
});
