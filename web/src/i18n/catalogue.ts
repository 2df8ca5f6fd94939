import { en } from './en';

/** One text, or one per plural category; the categories are those of `Intl.PluralRules`. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Message = string | PluralForms;

export type MessageKey = keyof typeof en;

/** Every language has every key, and plural forms exactly where English has them. */
export type Catalogue = {
  readonly [K in MessageKey]: (typeof en)[K] extends string ? string : PluralForms;
};

type TextOf<M> = M extends string ? M : M extends { other: infer Other } ? Other : never;
type Placeholder<Text> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholder<Rest> : never;
type PlaceholderOf<K extends MessageKey> = Placeholder<TextOf<(typeof en)[K]>>;

/** Messages that need nothing to be filled in. */
export type PlainKey = { [K in MessageKey]: [PlaceholderOf<K>] extends [never] ? K : never }[MessageKey];

/** What a message needs to be filled in: nothing, or a value for each `{name}` in its English text. */
export type MessageArguments<K extends MessageKey> = [PlaceholderOf<K>] extends [never]
  ? []
  : [values: Record<PlaceholderOf<K>, string | number>];
