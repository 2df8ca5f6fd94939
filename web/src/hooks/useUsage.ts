import { useQuery, type QueryClient } from '@tanstack/react-query';

import type { Usage } from '../api/model';
import { getUsage, hasLimits } from '../api/usage';

const USAGE_KEY = ['usage'] as const;
const REFRESH_MS = 60_000;

/** What the caller has used. Only adds to the page; without limits there is nothing to watch. */
export function useUsage() {
  return useQuery({
    queryKey: USAGE_KEY,
    queryFn: ({ signal }) => getUsage(signal),
    staleTime: Infinity,
    refetchInterval: ({ state }) => (hasLimits(state.data) ? REFRESH_MS : false),
  });
}

/** After what counts. */
export function refreshUsage(queryClient: QueryClient): void {
  if (hasLimits(queryClient.getQueryData<Usage>(USAGE_KEY))) void queryClient.invalidateQueries({ queryKey: USAGE_KEY });
}
