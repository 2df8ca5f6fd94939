/*
 * Per tab: a reload finds its session again, and two tabs never end each other's. Per owner: who logs in next finds no
 * trace of another's, who comes back finds the own one.
 */
const keyOf = (owner: string) => `agent-sandbox.session.${owner}`;

export function readStoredSessionId(owner: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(owner));
  } catch {
    return null;
  }
}

export function storeSessionId(owner: string, id: string | null): void {
  try {
    if (id === null) sessionStorage.removeItem(keyOf(owner));
    else sessionStorage.setItem(keyOf(owner), id);
  } catch {
    // Storage may be forbidden; a reload then starts without a session.
  }
}
