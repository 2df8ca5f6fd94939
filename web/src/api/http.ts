import { tellLoginNeeded } from './loginNeeded';
import { ConnectionError, readProblem } from './problem';
import { noteServerDate } from './serverClock';

const BASE_PATH = '/api/v1';

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  body?: unknown;
  accept?: string;
  signal?: AbortSignal | undefined;
}

/** Sends a request and returns a successful response; throws ProblemError, ConnectionError or the abort. */
export async function send(path: string, options: RequestOptions = {}): Promise<Response> {
  const response = await fetchOrThrow(path, options);
  noteServerDate(response.headers.get('Date'));
  if (response.status === 401) tellLoginNeeded();
  if (!response.ok) throw await readProblem(response);
  return response;
}

export async function sendForJson<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  return (await response.json()) as T;
}

async function fetchOrThrow(path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: options.accept ?? 'application/json' };
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(BASE_PATH + path, {
      method: options.method ?? 'GET',
      headers,
      body: options.body === undefined ? null : JSON.stringify(options.body),
      signal: options.signal ?? null,
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new ConnectionError('The server cannot be reached.', { cause: error });
  }
}
