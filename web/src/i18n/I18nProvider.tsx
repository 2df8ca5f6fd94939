import { useEffect, useMemo, useState, type ReactNode } from 'react';

import { I18nContext } from './I18nContext';
import { initialLanguage, rememberLanguage, type Language } from './language';
import { createTranslator } from './translator';

export function I18nProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(initialLanguage);

  const i18n = useMemo(() => {
    const choose = (chosen: Language) => {
      rememberLanguage(chosen);
      setLanguage(chosen);
    };
    return { ...createTranslator(language), setLanguage: choose };
  }, [language]);

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = i18n.t('app.title');
  }, [language, i18n]);

  return <I18nContext value={i18n}>{children}</I18nContext>;
}
