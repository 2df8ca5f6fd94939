import type { Isolation, Session } from '../api/model';
import { stateOf, wallsInOrder, type Wall } from '../api/walls';
import { useRuntimes } from '../hooks/useRuntimes';
import { useI18n } from '../i18n/I18nContext';
import { CheckIcon, CrossIcon, DashIcon, WarningIcon } from './icons';
import styles from './SessionWalls.module.css';

const icons = { inForce: CheckIcon, missing: WarningIcon, notInForce: CrossIcon, unseen: DashIcon } as const;

/** What holds sessions like this one, as the server found it. Absent when the server does not say. */
export function SessionWalls({ session: { runtime, isolation: name } }: { session: Session }) {
  const { t } = useI18n();
  const { data: runtimes } = useRuntimes();
  const isolation = runtimes?.find((candidate) => candidate.name === runtime)?.isolations.find((i) => i.name === name);
  if (!isolation) return null;

  const { walls } = isolation;
  const count = wallsInOrder.filter((wall) => walls[wall]).length;
  return (
    <details>
      <summary>{t('walls.summary', { count, total: wallsInOrder.length })}</summary>
      <ul className={styles.walls}>
        {wallsInOrder.map((wall) => (
          <WallItem key={wall} wall={wall} isolation={isolation} />
        ))}
      </ul>
      <p className={styles.note}>{t('walls.note', { kernel: walls.kernel })}</p>
    </details>
  );
}

function WallItem({ wall, isolation }: { wall: Wall; isolation: Isolation }) {
  const { t } = useI18n();
  const state = stateOf(wall, isolation);
  const Icon = icons[state];
  return (
    <li className={styles.wall} data-state={state}>
      <Icon />
      <span className={styles.name}>{t(`wall.${wall}`)}</span>
      <span className={state === 'inForce' ? 'visually-hidden' : styles.state}>{t(`walls.${state}`)}</span>
      {state === 'inForce' && <span className={styles.hint}>{t(`wall.${wall}Hint`)}</span>}
    </li>
  );
}
