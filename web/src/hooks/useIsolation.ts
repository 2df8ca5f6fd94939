import { useState } from 'react';

import { readStoredIsolation, storeIsolation } from './storedIsolation';
import { useRuntimes } from './useRuntimes';

/** How strong a wall the next session gets: what the server offers, and the user's choice, which outlasts a reload. */
export function useIsolation() {
  const runtimes = useRuntimes();
  const [wanted, setWanted] = useState(readStoredIsolation);

  const runtime = runtimes.data?.[0]; // a server makes boxes in one way
  const offered = runtime?.isolations ?? [];
  const isOffered = offered.some(({ name }) => name === wanted);
  // With nothing to choose from known, the wish stands: the server may refuse it, the page must not weaken it.
  const name = wanted !== null && (isOffered || !runtime) ? wanted : runtime?.defaultIsolation;

  const choose = (chosen: string) => {
    storeIsolation(chosen);
    setWanted(chosen);
  };

  return { offered, name, choose };
}

export type IsolationControl = ReturnType<typeof useIsolation>;
