const STORAGE_KEY = 'agent-sandbox.session';

/*
 * Per tab: a reload finds its session again, and two tabs never end each other's.
 */
export function readStoredSessionId(): string | null {
  try {
    return sessionStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

export function storeSessionId(id: string | null): void {
  try {
    if (id === null) sessionStorage.removeItem(STORAGE_KEY);
    else sessionStorage.setItem(STORAGE_KEY, id);
  } catch {
    // Storage may be forbidden; a reload then starts without a session.
  }
}
