import { useQuery } from '@tanstack/react-query';

import { listAgents } from '../api/agents';

export function useAgents() {
  return useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => listAgents(signal),
    staleTime: Infinity, // the catalogue changes only when the server restarts
  });
}
