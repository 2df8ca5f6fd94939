import type { Session } from '../api/model';
import type { SessionControl } from '../hooks/useSession';
import { formatBytes, formatDuration } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';
import { useAnnounce } from './AnnouncerContext';
import { CopyButton } from './CopyButton';
import { Countdown } from './Countdown';
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
  const fullTime = formatDuration(session.timeoutMs, i18n);

  const extendNow = () => {
    if (extend.isPending) return;
    extend.mutate(session, {
      onSuccess: () => {
        announce(t('session.extended', { duration: fullTime }));
      },
    });
  };

  const endNow = () => {
    if (end.isPending) return;
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
            aria-disabled={extend.isPending}
            onClick={extendNow}
          >
            {t('session.extend')}
          </button>
          <button type="button" className="button quiet danger" aria-disabled={end.isPending} onClick={endNow}>
            {t('session.end')}
          </button>
        </div>
      </div>
      <SessionFacts session={session} />
    </>
  );
}

function SessionFacts({ session: { template, runtime, isolation, limits } }: { session: Session }) {
  const i18n = useI18n();
  const { t, number } = i18n;
  const facts = [
    [t('session.template'), template],
    [t('session.runtime'), runtime],
    [t('session.isolation'), isolation],
    [t('session.memory'), formatBytes(limits.memoryBytes, i18n)],
    [t('session.cpus'), t('session.cpuCount', { count: limits.cpus })],
    [t('session.pids'), t('session.upTo', { count: number(limits.pids) })],
    [t('session.disk'), formatBytes(limits.diskBytes, i18n)],
  ] as const;

  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
