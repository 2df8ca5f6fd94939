import { useI18n } from '../i18n/I18nContext';
import { languages, type Language } from '../i18n/language';
import styles from './LanguageSwitch.module.css';

/** Each language is named in itself, so that its speaker finds it. */
const names: Record<Language, string> = { en: 'English', ru: 'Русский' };

export function LanguageSwitch() {
  const { t, language: current, setLanguage } = useI18n();
  return (
    <div className={styles.switch} role="group" aria-label={t('app.language')}>
      {languages.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          title={names[language]}
          aria-label={`${language.toUpperCase()}, ${names[language]}`}
          aria-pressed={language === current}
          onClick={() => {
            setLanguage(language);
          }}
        >
          {language.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
