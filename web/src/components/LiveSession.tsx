import { useEffect, useRef } from 'react';

import type { Session } from '../api/model';
import { useDenial } from '../hooks/CallerContext';
import type { SessionControl } from '../hooks/useSession';
import { formatDuration } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';
import { useAnnounce } from './AnnouncerContext';
import { CopyButton } from './CopyButton';
import { Countdown } from './Countdown';
import { DenialHint } from './DenialHint';
import { Notice } from './Notice';
import { SessionFacts } from './SessionFacts';
import { SessionWalls } from './SessionWalls';
import styles from './LiveSession.module.css';

interface Props {
  session: Session;
  control: Pick<SessionControl, 'extend' | 'end' | 'refresh'>;
}

export function LiveSession({ session, control }: Props) {
  const i18n = useI18n();
  const { t } = i18n;
  const announce = useAnnounce();
  const { extend, end, refresh } = control;
  const denial = useDenial('sessions');
  const fullTime = formatDuration(session.timeoutMs, i18n);

  const lost = session.state === 'lost';
  const wasLost = useRef(lost);
  useEffect(() => {
    if (wasLost.current && !lost) announce(t('session.back'));
    wasLost.current = lost;
  }, [lost, announce, t]);

  const extendNow = () => {
    if (extend.isPending || denial) return;
    extend.mutate(session, {
      onSuccess: () => {
        announce(t('session.extended', { duration: fullTime }));
      },
    });
  };

  const endNow = () => {
    if (end.isPending || denial) return;
    end.mutate(session.id, {
      onSuccess: () => {
        announce(t('session.ended'));
      },
    });
  };

  return (
    <>
      <div className={styles.bar}>
        <div className={styles.identity}>
          <span className={styles.state} data-state={session.state}>
            {t(`state.${session.state}`)}
          </span>
          <code className={styles.id} title={t('session.id')}>
            {session.id}
          </code>
          <CopyButton text={session.id} label={t('session.copyId')} />
        </div>
        <Countdown expiresAt={session.expiresAt} timeoutMs={session.timeoutMs} onExpired={refresh} />
        <div className={styles.actions}>
          <button
            type="button"
            className="button"
            title={t('session.extendHint', { duration: fullTime })}
            aria-disabled={extend.isPending || denial !== null}
            aria-describedby="change-denied"
            onClick={extendNow}
          >
            {t('session.extend')}
          </button>
          <button
            type="button"
            className="button quiet danger"
            aria-disabled={end.isPending || denial !== null}
            aria-describedby="change-denied"
            onClick={endNow}
          >
            {t('session.end')}
          </button>
        </div>
      </div>
      {denial && <DenialHint id="change-denied" denial={denial} />}
      {lost && (
        <Notice kind="warning" title={t('session.lost')}>
          <p>{t('session.lostHint')}</p>
        </Notice>
      )}
      <SessionFacts session={session} />
      <SessionWalls session={session} />
    </>
  );
}
