import { monotonicNow } from '../hooks/monotonicNow';
import { useNow } from '../hooks/useNow';
import { formatElapsed } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';
import styles from './RunProgressView.module.css';

interface Props {
  startedAt: number;
  /** The agent's own words, perhaps: shown as text. */
  message: string;
  /** 0..1, or null for a run that does not say how far it is. */
  fraction: number | null;
}

export function RunProgressView({ startedAt, message, fraction }: Props) {
  const i18n = useI18n();
  const now = useNow(monotonicNow, 100);
  const percent = fraction === null ? undefined : Math.round(fraction * 100);

  return (
    <div className={styles.progress}>
      <div className={styles.head}>
        <span className={styles.message} dir="auto">
          {message}
        </span>
        <span className={styles.elapsed} aria-label={i18n.t('run.elapsed')}>
          {formatElapsed(Math.max(0, now - startedAt), i18n)}
        </span>
      </div>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={i18n.t('run.progress')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        data-indeterminate={fraction === null}
      >
        <span style={fraction === null ? undefined : { inlineSize: `${fraction * 100}%` }} />
      </div>
    </div>
  );
}
