import { vi } from 'vitest';

import { aCaller, anAgent, aRuntime, aSession, aUsage } from './fixtures';

export interface RecordedRequest {
  method: string;
  path: string;
  accept: string | null;
  body: unknown;
  signal: AbortSignal | null;
}

export type Handler = (request: RecordedRequest) => Response | Promise<Response>;

export const RUNS = 'POST /api/v1/sessions/ses_1/agents/text-analysis/runs';

/** Answers `fetch` by `METHOD /path`: one agent, isolation and session, and all works, unless a test says otherwise. */
export function fakeServer(handlers: Record<string, Handler> = {}): RecordedRequest[] {
  const requests: RecordedRequest[] = [];
  const routes: Record<string, Handler> = {
    'GET /api/v1/me': () => json(aCaller()),
    'GET /api/v1/usage': () => json(aUsage()),
    'GET /api/v1/agents': () => json({ items: [anAgent()], nextCursor: null }),
    'GET /api/v1/runtimes': () => json({ items: [aRuntime()] }),
    'POST /api/v1/sessions': () => json(aSession(), 201),
    'GET /api/v1/sessions/ses_1': () => json(aSession()),
    'DELETE /api/v1/sessions/ses_1': () => new Response(null, { status: 204 }),
    ...handlers,
  };

  vi.stubGlobal('fetch', async (path: string, init: RequestInit = {}) => {
    const request = {
      method: init.method ?? 'GET',
      path,
      accept: new Headers(init.headers).get('Accept'),
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
      signal: init.signal ?? null,
    };
    requests.push(request);
    const handler = routes[`${request.method} ${path}`];
    if (!handler) throw new Error(`No handler for ${request.method} ${path}`);
    return handler(request);
  });
  return requests;
}

export function json(body: unknown, status = 200): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
}

export function problem(status: number, members: Record<string, unknown>, headers: Record<string, string> = {}) {
  return new Response(JSON.stringify({ status, ...members }), {
    status,
    headers: { 'Content-Type': 'application/problem+json', ...headers },
  });
}

export function events(...messages: [event: string, data: unknown][]): Response {
  return eventStream(byteStream(messages.map(formatEvent).join('')));
}

/** A stream that a test writes to, and that breaks when the request is aborted. */
export function openEvents(signal: AbortSignal | null) {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  const stream = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started;
    },
  });
  signal?.addEventListener('abort', () => controller?.error(signal.reason));
  return {
    response: eventStream(stream),
    write: (event: string, data: unknown) => {
      controller?.enqueue(new TextEncoder().encode(formatEvent([event, data])));
    },
  };
}

/** The text as a body of the given chunks' sizes; one chunk without any. */
export function byteStream(text: string, chunkSize = Infinity): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += chunkSize) controller.enqueue(bytes.slice(at, at + chunkSize));
      controller.close();
    },
  });
}

function eventStream(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
}

function formatEvent([event, data]: [string, unknown]): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
