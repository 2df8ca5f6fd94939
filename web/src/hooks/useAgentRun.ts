import { useCallback, useEffect, useRef, useState } from 'react';

import type { AgentManifest, RunResult } from '../api/model';
import { isNotFound, isUnauthenticated } from '../api/problem';
import { RunBrokenError, runAgent, type RunProgress, type RunRequest } from '../api/runs';
import { monotonicNow } from './monotonicNow';
import type { SessionControl } from './useSession';

export type RunState =
  | { phase: 'idle' }
  | { phase: 'startingSession'; startedAt: number }
  | { phase: 'running'; startedAt: number; progress: RunProgress | null }
  | { phase: 'finished'; agent: AgentManifest; result: RunResult }
  | { phase: 'broken'; error: unknown; sessionGone: boolean }
  | { phase: 'cancelled' };

/** One run at a time: start it, watch it, cancel it. Leaving the page cancels it too. */
export function useAgentRun(control: Pick<SessionControl, 'ensure' | 'isGone' | 'refresh'>) {
  const [state, setState] = useState<RunState>({ phase: 'idle' });
  const active = useRef<AbortController | null>(null);

  useEffect(() => () => active.current?.abort(), []);

  const cancel = useCallback(() => active.current?.abort(), []);

  const outlivedSession = async (error: unknown, sessionId: string | null): Promise<boolean> => {
    const mayBeGone = isNotFound(error) || error instanceof RunBrokenError;
    return sessionId !== null && mayBeGone && (await control.isGone(sessionId));
  };

  const run = async (agent: AgentManifest, request: RunRequest): Promise<void> => {
    if (active.current) return;
    const controller = new AbortController();
    const { signal } = controller;
    active.current = controller;
    const startedAt = monotonicNow();
    let sessionId: string | null = null;

    try {
      setState({ phase: 'startingSession', startedAt });
      sessionId = await control.ensure();
      signal.throwIfAborted();

      setState({ phase: 'running', startedAt, progress: null });
      for await (const event of runAgent(sessionId, agent.name, request, signal)) {
        if (event.type === 'progress') setState({ phase: 'running', startedAt, progress: event.progress });
        if (event.type === 'exited') setState({ phase: 'finished', agent, result: event.result });
      }
    } catch (error) {
      // A refused login hides the page, which aborts the run: that is not the reason to tell.
      if (signal.aborted && !isUnauthenticated(error)) setState({ phase: 'cancelled' });
      else setState({ phase: 'broken', error, sessionGone: await outlivedSession(error, sessionId) });
    } finally {
      active.current = null;
      control.refresh();
    }
  };

  return { state, run, cancel, busy: state.phase === 'running' || state.phase === 'startingSession' };
}
