import type { Me } from '../api/model';
import type { Access } from '../hooks/useAccess';
import { useI18n } from '../i18n/I18nContext';
import styles from './Account.module.css';

/** Who is logged in. A token comes from a proxy before the server: it is not the page that could put it away. */
export function Account({ caller: { owner, role, kind }, logout }: { caller: Me; logout: Access['logout'] }) {
  const { t } = useI18n();
  return (
    <div className={styles.account} role="group" aria-label={t('account.title')}>
      <span className={styles.who}>
        <bdi className={styles.owner} title={owner}>
          {owner}
        </bdi>
        <span className={styles.role}>{t(`role.${role}`)}</span>
      </span>
      {kind === 'key' && (
        <button
          type="button"
          className="button"
          aria-disabled={logout.isPending}
          onClick={() => {
            if (!logout.isPending) logout.mutate();
          }}
        >
          {t('account.logOut')}
        </button>
      )}
    </div>
  );
}
