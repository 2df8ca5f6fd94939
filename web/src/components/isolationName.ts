import type { Translator } from '../i18n/translator';

/** Those that the page has words for; a server may offer others. */
const knownIsolations = ['standard', 'gvisor', 'vm'] as const;

export type KnownIsolation = (typeof knownIsolations)[number];

export function isKnownIsolation(name: string): name is KnownIsolation {
  return knownIsolations.some((known) => known === name);
}

export function isolationName(name: string, { t }: Pick<Translator, 't'>): string {
  return isKnownIsolation(name) ? t(`isolation.${name}`) : name;
}
