import { send, sendForJson } from './http';
import type { Session } from './model';

export function createSession(isolation?: string): Promise<Session> {
  return sendForJson<Session>('/sessions', { method: 'POST', body: { isolation } });
}

export function getSession(id: string, signal?: AbortSignal): Promise<Session> {
  return sendForJson<Session>(sessionPath(id), { signal });
}

/** Sets the time to live, counted from now. */
export function extendSession(id: string, timeoutMs: number): Promise<Session> {
  return sendForJson<Session>(sessionPath(id), { method: 'PATCH', body: { timeoutMs } });
}

export async function deleteSession(id: string): Promise<void> {
  await send(sessionPath(id), { method: 'DELETE' });
}

export function sessionPath(id: string): string {
  return `/sessions/${encodeURIComponent(id)}`;
}
