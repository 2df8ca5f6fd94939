import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';

import { mayReadSessions } from '../api/access';
import type { Session, SessionState } from '../api/model';
import { isNotFound } from '../api/problem';
import { createSession, deleteSession, extendSession, getSession } from '../api/sessions';
import { useCaller } from './CallerContext';
import { readStoredSessionId, storeSessionId } from './storedSessionId';
import { RUNTIMES_KEY } from './useRuntimes';
import { refreshUsage } from './useUsage';

const REFRESH_MS = 15_000;
const LOST_REFRESH_MS = 5000; // somebody waits for its host
const ENDED_STATES: readonly SessionState[] = ['stopping', 'stopped', 'failed'];

/**
 * `none`: never started or ended by the user; `live`: there, also while its host is lost; `gone`: expired, removed or
 * failed without being asked.
 */
export type SessionStatus = 'none' | 'loading' | 'live' | 'gone' | 'unreachable';

/** The one session of this page: found again after a reload, created on demand, watched until it ends. */
export function useSession(isolation?: string) {
  const queryClient = useQueryClient();
  const caller = useCaller();
  const mayLook = mayReadSessions(caller);
  const [{ owner, id }, setHeld] = useState({ owner: '', id: null as string | null });
  if (owner !== caller.owner) setHeld({ owner: caller.owner, id: mayLook ? readStoredSessionId(caller.owner) : null });

  const query = useQuery({
    queryKey: sessionKey(id),
    queryFn: ({ signal }) => getSession(id ?? '', signal),
    enabled: id !== null,
    staleTime: REFRESH_MS,
    refetchInterval: ({ state }) => refreshInterval(state.data, state.error),
  });

  const refresh = useCallback(() => {
    void queryClient.invalidateQueries({ queryKey: ['session'] });
    refreshUsage(queryClient);
  }, [queryClient]);

  const remember = (session: Session) => {
    queryClient.setQueryData(sessionKey(session.id), session);
  };
  const create = useMutation({
    mutationFn: () => createSession(isolation),
    onSuccess: (session) => {
      remember(session);
      setHeld({ owner, id: session.id });
      refreshUsage(queryClient);
      extend.reset(); // what befell the last session says nothing about this one
      end.reset();
    },
    // Perhaps the server has been started anew, and offers something else.
    onError: () => queryClient.invalidateQueries({ queryKey: RUNTIMES_KEY }),
  });
  const extend = useMutation({
    mutationFn: async ({ id, timeoutMs }: Session) => {
      // An answer that is already on its way would bring the old deadline back.
      await queryClient.cancelQueries({ queryKey: sessionKey(id) });
      return extendSession(id, timeoutMs);
    },
    onSuccess: remember,
    onError: refresh,
  });
  const end = useMutation({
    mutationFn: (sessionId: string) => deleteSession(sessionId).catch(ignoreNotFound),
    onSuccess: () => {
      setHeld({ owner, id: null });
      refreshUsage(queryClient);
    },
  });

  const status = toStatus(id, query.data, query.error);
  useEffect(() => {
    if (mayLook) storeSessionId(owner, status === 'gone' ? null : id);
  }, [mayLook, owner, status, id]);

  /** The id of a session to run in: the current one unless it is known to be over, else a new one. */
  const ensure = async (): Promise<string> => {
    if (id !== null && status !== 'gone') return id;
    try {
      return (await create.mutateAsync()).id;
    } catch (error) {
      create.reset(); // the caller tells of it
      throw error;
    }
  };

  /** Asks the server anew; the page's own picture follows. */
  const isGone = async (sessionId: string): Promise<boolean> => {
    const queryKey = sessionKey(sessionId);
    await queryClient.refetchQueries({ queryKey });
    const state = queryClient.getQueryState<Session>(queryKey);
    return toStatus(sessionId, state?.data, state?.error ?? null) === 'gone';
  };

  return { session: query.data, status, error: query.error, create, extend, end, refresh, ensure, isGone };
}

export type SessionControl = ReturnType<typeof useSession>;

function sessionKey(id: string | null) {
  return ['session', id] as const;
}

function refreshInterval(session: Session | undefined, error: Error | null): number | false {
  if (isNotFound(error)) return false;
  return session?.state === 'lost' ? LOST_REFRESH_MS : REFRESH_MS;
}

function toStatus(id: string | null, session: Session | undefined, error: Error | null): SessionStatus {
  if (id === null) return 'none';
  if (isNotFound(error)) return 'gone';
  if (session) return ENDED_STATES.includes(session.state) ? 'gone' : 'live';
  return error ? 'unreachable' : 'loading';
}

function ignoreNotFound(error: unknown): void {
  if (!isNotFound(error)) throw error; // already over is as good as ended
}
