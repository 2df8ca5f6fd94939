const STORAGE_KEY = 'agent-sandbox.isolation';

export function readStoredIsolation(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

export function storeIsolation(name: string): void {
  try {
    localStorage.setItem(STORAGE_KEY, name);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page is closed.
  }
}
