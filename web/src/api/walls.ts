import type { Isolation, Walls } from './model';

export type Wall = Exclude<keyof Walls, 'kernel'>;

/** `missing`: promised and not there; `notInForce`: not there and not promised; `unseen`: not to be told from inside. */
export type WallState = 'inForce' | 'missing' | 'notInForce' | 'unseen';

/** Most telling first. */
export const wallsInOrder: readonly Wall[] = [
  'noNetwork',
  'noHostFiles',
  'namespaces',
  'userNamespace',
  'ownUser',
  'notRoot',
  'noCapabilities',
  'noNewPrivileges',
  'seccomp',
  'systemCalls',
  'readOnlyRoot',
  'safeMounts',
  'hiddenKernelFiles',
  'resourceLimits',
  'processLimits',
  'cleanCommands',
  'guardedGuest',
  'ownKernel',
];

export function isWall(name: string): name is Wall {
  return wallsInOrder.some((wall) => wall === name);
}

/** A kernel of the box's own hides some of what the host's does. */
export function stateOf(wall: Wall, { walls, missing }: Isolation): WallState {
  if (walls[wall]) return 'inForce';
  if (missing.includes(wall)) return 'missing';
  return walls[wall] === null ? 'unseen' : 'notInForce';
}
