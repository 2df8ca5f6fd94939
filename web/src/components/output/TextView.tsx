import { useI18n } from '../../i18n/I18nContext';
import { JsonView } from './JsonView';
import styles from './TextView.module.css';

export function TextView({ value }: { value: unknown }) {
  const { t } = useI18n();
  if (typeof value !== 'string') return <JsonView value={value} />;
  if (value.trim() === '') return <p className="muted">{t('text.none')}</p>;
  return (
    <p className={styles.text} dir="auto">
      {value}
    </p>
  );
}
