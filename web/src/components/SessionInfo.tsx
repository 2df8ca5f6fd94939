import { useEffect, useRef } from 'react';

import { useDenial } from '../hooks/CallerContext';
import type { IsolationControl } from '../hooks/useIsolation';
import type { SessionControl } from '../hooks/useSession';
import { useI18n } from '../i18n/I18nContext';
import { useAnnounce } from './AnnouncerContext';
import { DenialHint } from './DenialHint';
import { ErrorNotice } from './ErrorNotice';
import { IsolationChoice } from './IsolationChoice';
import { LiveSession } from './LiveSession';
import styles from './SessionInfo.module.css';

interface Props {
  control: SessionControl;
  isolation: IsolationControl;
}

export function SessionInfo({ control, isolation }: Props) {
  const { t } = useI18n();
  const { session, status, error, create, end, extend, refresh } = control;
  const gone = status === 'gone'; // says more than the errors that it causes
  const absent = status === 'none' || gone;
  const failed = create.error ?? (gone ? null : (extend.error ?? end.error ?? error));

  const retry = () => {
    create.reset();
    extend.reset();
    end.reset();
    refresh();
  };

  return (
    <section className={`card ${styles.session ?? ''}`} aria-labelledby="session-title">
      <h2 id="session-title" className="visually-hidden">
        {t('session.title')}
      </h2>
      {status === 'loading' && <p className="muted">{t('session.loading')}</p>}
      {absent && <NoSession control={control} />}
      {absent && <IsolationChoice control={isolation} />}
      {status === 'live' && session && <LiveSession key={session.id} session={session} control={control} />}
      {failed && <ErrorNotice error={failed} action={{ run: retry }} />}
    </section>
  );
}

function NoSession({ control: { status, create, end } }: { control: SessionControl }) {
  const { t } = useI18n();
  const announce = useAnnounce();
  const button = useRef<HTMLButtonElement>(null);
  const gone = status === 'gone';
  const denial = useDenial('sessions');

  // The button that ended the session is gone with it: keep the keyboard's place.
  const endedHere = end.isSuccess;
  useEffect(() => {
    if (endedHere) button.current?.focus();
  }, [endedHere]);

  const start = () => {
    if (create.isPending || denial) return;
    create.mutate(undefined, {
      onSuccess: () => {
        announce(t('session.started'));
      },
    });
  };

  return (
    <div className={styles.none}>
      <div className={styles.noneText} role={gone ? 'alert' : undefined}>
        <strong>{gone ? t('session.gone') : t('session.none')}</strong>
        {denial ? (
          <DenialHint id="start-denied" denial={denial} />
        ) : (
          <p className="muted">{gone ? t('session.goneHint') : t('session.noneHint')}</p>
        )}
      </div>
      <button
        ref={button}
        type="button"
        className="button"
        aria-disabled={create.isPending || denial !== null}
        aria-describedby="start-denied"
        onClick={start}
      >
        {create.isPending ? t('session.starting') : gone ? t('session.startNew') : t('session.start')}
      </button>
    </div>
  );
}
