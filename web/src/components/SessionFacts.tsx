import type { Session } from '../api/model';
import { formatBytes } from '../i18n/format';
import { useI18n } from '../i18n/I18nContext';
import { isolationName } from './isolationName';
import styles from './SessionFacts.module.css';

const LOCAL_HOST = 'local'; // the server's own machine: nothing to tell

export function SessionFacts({ session: { template, runtime, isolation, host, limits } }: { session: Session }) {
  const i18n = useI18n();
  const { t, number } = i18n;
  const facts = [
    [t('session.template'), template],
    [t('session.runtime'), runtime],
    ...(host === LOCAL_HOST ? [] : [[t('session.host'), host] as const]),
    [t('session.isolation'), isolationName(isolation, i18n)],
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
