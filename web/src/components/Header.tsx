import type { Access } from '../hooks/useAccess';
import { useI18n } from '../i18n/I18nContext';
import { Account } from './Account';
import { LanguageSwitch } from './LanguageSwitch';
import styles from './Header.module.css';

export function Header({ access: { caller, logout } }: { access: Pick<Access, 'caller' | 'logout'> }) {
  const { t } = useI18n();
  return (
    <header className={styles.header}>
      {caller && (
        <a className="skip-link" href="#agent-input">
          {t('app.skipToInput')}
        </a>
      )}
      <div className={styles.inner}>
        <img className={styles.logo} src="/favicon.svg" alt="" width="32" height="32" />
        <div className={styles.name}>
          <h1>{t('app.title')}</h1>
          <p>{t('app.tagline')}</p>
        </div>
        <a className={styles.link} href="/docs">
          {t('app.apiReference')}
        </a>
        {caller && caller.kind !== 'anonymous' && <Account caller={caller} logout={logout} />}
        <LanguageSwitch />
      </div>
    </header>
  );
}
