import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { getMe, logIn, logOut } from '../api/access';
import { onLoginNeeded } from '../api/loginNeeded';
import type { Me } from '../api/model';

const ACCESS_KEY = ['access'] as const;

interface State {
  /** Who works here; null when the server wants a key first. */
  caller: Me | null;
  /** Whose work the page holds: the caller's, or that of who can come back to it after a login that ended by itself. */
  keeper: Me | null;
  /** Another number is another's work. */
  work: number;
}

const nothing: State = { caller: null, keeper: null, work: 0 };

/** The key was right, but the browser sent no cookie with the next request. */
export class CookieRefusedError extends Error {
  override readonly name = 'CookieRefusedError';
}

/** Who uses the page. Where the server wants no key, everybody is somebody from the start. */
export function useAccess() {
  const queryClient = useQueryClient();

  const query = useQuery({
    queryKey: ACCESS_KEY,
    queryFn: async ({ signal }) => nextState(queryClient, await getMe(signal)),
    staleTime: Infinity,
    refetchOnWindowFocus: 'always', // another tab may have logged in as somebody else
  });

  useEffect(
    () => onLoginNeeded(() => queryClient.setQueryData(ACCESS_KEY, nextState(queryClient, null))),
    [queryClient],
  );

  const login = useMutation({
    // A function, not the key: what a mutation is given, the library remembers.
    mutationFn: async (readKey: () => string) => {
      await logIn(readKey());
      const me = await getMe();
      if (me === null) throw new CookieRefusedError();
      return me;
    },
    onSuccess: (me) => queryClient.setQueryData(ACCESS_KEY, nextState(queryClient, me)),
  });

  const logout = useMutation({
    mutationFn: logOut,
    onSuccess: () => {
      queryClient.setQueryData<State>(ACCESS_KEY, nothing);
      queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== ACCESS_KEY[0] });
    },
  });

  const { caller, keeper, work } = query.data ?? nothing;
  return {
    caller,
    keeper,
    work,
    isLoginNeeded: query.data !== undefined && caller === null,
    error: query.data === undefined ? query.error : null,
    retry: query.refetch,
    login,
    logout,
  };
}

export type Access = ReturnType<typeof useAccess>;

/** What nobody in particular has begun, whoever logs in goes on with. */
function nextState(queryClient: QueryClient, caller: Me | null): State {
  const { keeper, work } = queryClient.getQueryData<State>(ACCESS_KEY) ?? nothing;
  const isAnothers = caller !== null && keeper !== null && keeper.kind !== 'anonymous' && keeper.owner !== caller.owner;
  return { caller, keeper: caller ?? keeper, work: isAnothers ? work + 1 : work };
}
