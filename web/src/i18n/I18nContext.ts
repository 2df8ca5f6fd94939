import { createContext, useContext } from 'react';

import type { Language } from './language';
import type { Translator } from './translator';

export interface I18n extends Translator {
  setLanguage: (language: Language) => void;
}

export const I18nContext = createContext<I18n | null>(null);

export function useI18n(): I18n {
  const i18n = useContext(I18nContext);
  if (i18n === null) throw new Error('useI18n needs an I18nProvider above it.');
  return i18n;
}
