import type { Denial } from '../api/access';
import { useI18n } from '../i18n/I18nContext';
import styles from './DenialHint.module.css';

/** Why what stands beside it cannot be used; its buttons point here with aria-describedby. */
export function DenialHint({ id, denial }: { id: string; denial: Denial }) {
  const { t } = useI18n();
  return (
    <p id={id} className={styles.hint}>
      {denial === 'readOnly' ? t('denied.readOnly') : t('denied.scope', { scope: denial })}
    </p>
  );
}
