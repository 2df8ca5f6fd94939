/*
 * Any answer may be the one that tells that a login is over: the key was revoked, the cookie has expired. So the one
 * place that sends requests tells it, and the page listens.
 */
const listeners = new Set<() => void>();

export function tellLoginNeeded(): void {
  for (const listener of listeners) listener();
}

/** Returns what stops the listening. */
export function onLoginNeeded(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
