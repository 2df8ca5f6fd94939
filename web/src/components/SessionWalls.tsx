import type { Session, Walls } from '../api/model';
import { useRuntimes } from '../hooks/useRuntimes';
import { useI18n } from '../i18n/I18nContext';
import { CheckIcon, CrossIcon, DashIcon } from './icons';
import styles from './SessionWalls.module.css';

type Wall = Exclude<keyof Walls, 'kernel'>;
type WallState = 'inForce' | 'notInForce' | 'unseen';

const wallsInOrder: readonly Wall[] = [
  'noNetwork',
  'seccomp',
  'userNamespace',
  'notRoot',
  'noCapabilities',
  'noNewPrivileges',
  'readOnlyRoot',
  'ownKernel',
];

const icons = { inForce: CheckIcon, notInForce: CrossIcon, unseen: DashIcon } as const;

/** What holds sessions like this one, as the server found it. Absent when the server does not say. */
export function SessionWalls({ session: { runtime, isolation } }: { session: Session }) {
  const { t } = useI18n();
  const { data: runtimes } = useRuntimes();
  const walls = runtimes
    ?.find(({ name }) => name === runtime)
    ?.isolations.find(({ name }) => name === isolation)?.walls;
  if (!walls) return null;

  const count = wallsInOrder.filter((wall) => walls[wall]).length;
  return (
    <details>
      <summary>{t('walls.summary', { count, total: wallsInOrder.length })}</summary>
      <ul className={styles.walls}>
        {wallsInOrder.map((wall) => (
          <WallItem key={wall} wall={wall} state={stateOf(wall, walls)} />
        ))}
      </ul>
      <p className={styles.note}>{t('walls.note', { kernel: walls.kernel })}</p>
    </details>
  );
}

function WallItem({ wall, state }: { wall: Wall; state: WallState }) {
  const { t } = useI18n();
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

/** A kernel of the box's own hides some of what the host's does. */
function stateOf(wall: Wall, walls: Walls): WallState {
  if (walls[wall] === null) return 'unseen';
  return walls[wall] ? 'inForce' : 'notInForce';
}
