import { useEffect } from 'react';

import { serverNow } from '../api/serverClock';
import { useNow } from '../hooks/useNow';
import { formatCountdown } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';
import { useAnnounce } from './AnnouncerContext';
import styles from './Countdown.module.css';

const TICK_MS = 250; // four looks a second, so that no second is skipped
const SOON_MS = 60_000;

interface Props {
  expiresAt: string;
  timeoutMs: number;
  onExpired: () => void;
}

export function Countdown({ expiresAt, timeoutMs, onExpired }: Props) {
  const { t } = useI18n();
  const announce = useAnnounce();
  const now = useNow(serverNow, TICK_MS);
  // Never more than the whole: `now` may be a tick older than a deadline that has just been set.
  const remainingMs = Math.min(timeoutMs, Math.max(0, Date.parse(expiresAt) - now));
  const soon = remainingMs < SOON_MS && timeoutMs > SOON_MS;
  const expired = remainingMs === 0;

  useEffect(() => {
    if (soon) announce(t('session.endsSoon'));
  }, [soon, announce, t]);

  // The server decides when a session is over; it is asked until it says so.
  useEffect(() => {
    if (!expired) return;
    onExpired();
    const timer = setInterval(onExpired, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [expired, onExpired]);

  return (
    <div className={styles.countdown} data-soon={soon}>
      <span className={styles.label}>{t('session.timeLeft')}</span>
      <span className={styles.time} role="timer" aria-live="off" aria-label={t('session.timeLeft')}>
        {formatCountdown(remainingMs)}
      </span>
      <span className={styles.track} aria-hidden="true">
        <span style={{ inlineSize: `${(100 * remainingMs) / timeoutMs}%` }} />
      </span>
    </div>
  );
}
