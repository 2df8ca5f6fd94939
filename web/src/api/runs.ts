import { send } from './http';
import { isRecord } from './json';
import type { RunResult } from './model';
import { ConnectionError } from './problem';
import { sessionPath } from './sessions';
import { readServerSentEvents, type ServerSentEvent } from './sse';

const MAX_PROGRESS_TEXT = 200;

export interface RunRequest {
  input: unknown;
  options?: Record<string, boolean>;
}

export interface RunProgress {
  /** 0..1, or null when the agent did not say. */
  fraction: number | null;
  stage: string | null;
  message: string | null;
}

export type RunEvent =
  | { type: 'started' }
  | { type: 'progress'; progress: RunProgress }
  | { type: 'exited'; result: RunResult };

/** The run broke after it had started: the server's `error` event. */
export class RunBrokenError extends Error {
  override readonly name = 'RunBrokenError';

  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Runs an agent and yields what happens; the last event is `exited`. Aborting cancels the run. */
export async function* runAgent(
  sessionId: string,
  agent: string,
  request: RunRequest,
  signal: AbortSignal,
): AsyncGenerator<RunEvent, void, void> {
  const path = `${sessionPath(sessionId)}/agents/${encodeURIComponent(agent)}/runs`;
  const response = await send(path, { method: 'POST', body: request, accept: 'text/event-stream', signal });

  for await (const message of readBody(response, signal)) {
    const event = toRunEvent(message);
    if (event === null) continue;
    yield event;
    if (event.type === 'exited') return;
  }
  throw new ConnectionError('The event stream ended before the run did.');
}

async function* readBody(response: Response, signal: AbortSignal): AsyncGenerator<ServerSentEvent, void, void> {
  if (response.body === null) return;
  try {
    yield* readServerSentEvents(response.body);
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ConnectionError('The connection broke during the run.', { cause: error });
  }
}

function toRunEvent({ event, data }: ServerSentEvent): RunEvent | null {
  switch (event) {
    case 'started':
      return { type: 'started' };
    case 'progress':
      return { type: 'progress', progress: toProgress(parseJson(data)) };
    case 'exited':
      return { type: 'exited', result: parseJson(data) as RunResult };
    case 'error':
      throw toBrokenError(parseJson(data));
    default:
      return null; // `stderr` arrives whole in the result; unknown events are for later clients
  }
}

/** Progress is the agent's own JSON, so any member may be missing, of any type, and of any length. */
function toProgress(value: unknown): RunProgress {
  const line = isRecord(value) ? value : {};
  const { progress, stage, message } = line;
  return {
    fraction: typeof progress === 'number' ? Math.min(1, Math.max(0, progress)) : null,
    stage: shortText(stage),
    message: shortText(message),
  };
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, MAX_PROGRESS_TEXT) : null;
}

function toBrokenError(value: unknown): RunBrokenError {
  const { code, message } = isRecord(value) ? value : {};
  return new RunBrokenError(
    typeof code === 'string' ? code : 'unknown',
    typeof message === 'string' ? message : '',
  );
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
