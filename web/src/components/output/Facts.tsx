import { en } from '../../i18n/en';
import { useI18n } from '../../i18n/I18nContext';
import type { Translator } from '../../i18n/translator';
import type { Scalar } from './outputPath';
import styles from './Facts.module.css';

/** The small values of a result, side by side. */
export function Facts({ facts }: { facts: [name: string, value: Scalar][] }) {
  const i18n = useI18n();
  if (facts.length === 0) return null;
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{nameOf(name, i18n)}</dt>
          <dd>
            <bdi>{valueOf(name, value, i18n)}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The catalogue's name for a common value, else the agent's own with spaces: `page_count`, `pageCount`. */
function nameOf(name: string, { t }: Translator): string {
  const key = `fact.${name}`;
  if (isFactKey(key)) return t(key);
  const words = name.replace(/_/g, ' ').replace(/([a-z\d])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

type FactKey = Extract<keyof typeof en, `fact.${string}`>;

function isFactKey(key: string): key is FactKey {
  return Object.hasOwn(en, key);
}

function valueOf(name: string, value: Scalar, i18n: Translator): string {
  const { t, number } = i18n;
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return t(value ? 'fact.yes' : 'fact.no');
  return name === 'language' ? languageName(value, i18n) : value;
}

function languageName(code: string, { t, language }: Translator): string {
  if (code === 'mixed' || code === 'unknown') return t(`language.${code}`);
  if (!/^[a-z]{2,3}$/.test(code)) return code;
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(code) ?? code;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}
