import { useI18n } from '../../i18n/I18nContext';
import { JsonView } from './JsonView';
import { readChips } from './readers';
import styles from './ChipsView.module.css';

const SIZES = 4;

export function ChipsView({ value }: { value: unknown }) {
  const { t } = useI18n();
  const chips = readChips(value);
  if (!chips) return <JsonView value={value} />;
  if (chips.length === 0) return <p className="muted">{t('chips.none')}</p>;

  return (
    <ul className={styles.chips}>
      {chips.map(({ text, weight, count }, index) => (
        <li key={index} data-size={Math.max(1, Math.ceil(weight * SIZES))}>
          <bdi>{text}</bdi>
          {count !== null && (
            <span className={styles.count} title={t('chips.mentions', { count })}>
              <span aria-hidden="true">{count}</span>
              <span className="visually-hidden">{t('chips.mentions', { count })}</span>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
