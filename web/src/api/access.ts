import { send, sendForJson } from './http';
import type { Me } from './model';
import { isUnauthenticated } from './problem';

/** The parts of the API that this page uses and that a key may lack. */
export type Scope = 'sessions' | 'agents';

/** Why something is not allowed: the role, or the scope that is missing. */
export type Denial = 'readOnly' | Scope;

/** Who the server takes us for; null when it wants a key first. */
export async function getMe(signal?: AbortSignal): Promise<Me | null> {
  try {
    return await sendForJson<Me>('/me', { signal });
  } catch (error) {
    if (isUnauthenticated(error)) return null;
    throw error;
  }
}

/** Exchanges a key for a cookie that scripts cannot read. */
export async function logIn(key: string): Promise<void> {
  await send('/login', { method: 'POST', body: { key } });
}

export async function logOut(): Promise<void> {
  await send('/logout', { method: 'POST' });
}

export function mayReadSessions({ scopes }: Pick<Me, 'scopes'>): boolean {
  return scopes.includes('sessions');
}

/** What stands against a change that needs these scopes; null when nothing does. */
export function denialOf({ role, scopes }: Pick<Me, 'role' | 'scopes'>, needed: readonly Scope[]): Denial | null {
  if (role === 'readOnly') return 'readOnly';
  return needed.find((scope) => !scopes.includes(scope)) ?? null;
}
