import type { Catalogue, Message, MessageArguments, MessageKey, PluralForms } from './catalogue';
import { en } from './en';
import type { Language } from './language';
import { ru } from './ru';

export const catalogues: Record<Language, Catalogue> = { en, ru };

export interface Translator {
  language: Language;
  /** The text of a message; a plural message is chosen by its `count`. */
  t: <K extends MessageKey>(key: K, ...values: MessageArguments<K>) => string;
  number: (value: number, options?: Intl.NumberFormatOptions) => string;
}

export function createTranslator(language: Language): Translator {
  const catalogue = catalogues[language];
  const plurals = new Intl.PluralRules(language);
  const number = (value: number, options?: Intl.NumberFormatOptions) =>
    new Intl.NumberFormat(language, options).format(value);

  return {
    language,
    number,
    t: (key, ...args) => {
      const values: Record<string, string | number> | undefined = args[0];
      const message: Message = catalogue[key];
      const text = typeof message === 'string' ? message : choose(message, values?.count, plurals);
      return values === undefined ? text : fill(text, values, number);
    },
  };
}

function choose(forms: PluralForms, count: string | number | undefined, plurals: Intl.PluralRules): string {
  return forms[plurals.select(Number(count))] ?? forms.other;
}

function fill(text: string, values: Record<string, string | number>, number: (value: number) => string): string {
  return text.replace(/\{(\w+)\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined) return placeholder;
    return typeof value === 'number' ? number(value) : value;
  });
}
