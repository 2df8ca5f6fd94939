import { useQuery } from '@tanstack/react-query';

import { listRuntimes } from '../api/runtimes';

export const RUNTIMES_KEY = ['runtimes'] as const;

/** How boxes are made here. Only adds to the page: nothing waits for it, nothing fails without it. */
export function useRuntimes() {
  return useQuery({
    queryKey: RUNTIMES_KEY,
    queryFn: ({ signal }) => listRuntimes(signal),
    staleTime: Infinity, // isolations and walls are examined once, when the server starts
  });
}
