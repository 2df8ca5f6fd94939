import { isRecord } from './json';
import { isQuotaName, type QuotaName } from './quota';

/** An RFC 9457 problem document, or what could be made of a response that should have been one. */
export interface Problem {
  status: number;
  title: string;
  detail: string | null;
  code: string | null;
  requestId: string | null;
  errors: Record<string, string[]>;
  /** The quota that is used up, when it is for that. */
  quota: UsedUpQuota | null;
}

export interface UsedUpQuota {
  name: QuotaName;
  used: number;
  limit: number;
  /** When there is more of it; null when a session has to end for that. */
  resetsAt: string | null;
}

/** The server answered, and the answer is an error. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(
    readonly problem: Problem,
    readonly retryAfterMs: number | null = null,
  ) {
    super(problem.title);
  }
}

/** No answer: the server is down, unreachable, or the connection broke half-way. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
}

export async function readProblem(response: Response): Promise<ProblemError> {
  const retryAfterMs = parseRetryAfter(response.headers.get('Retry-After'), Date.now());
  const body = await readJson(response);
  return new ProblemError(toProblem(body, response.status, response.statusText), retryAfterMs);
}

export function toProblem(body: unknown, status: number, statusText: string): Problem {
  const fields = isRecord(body) ? body : {};
  return {
    status,
    title: textOrNull(fields.title) ?? (statusText || `HTTP ${status}`),
    detail: textOrNull(fields.detail),
    code: textOrNull(fields.code),
    requestId: textOrNull(fields.requestId),
    errors: toFieldErrors(fields.errors),
    quota: toQuota(fields),
  };
}

/** Seconds or an HTTP date, as RFC 9110 allows; null when absent or unreadable. */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  if (!header) return null;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.status === 404;
}

/** The server does not know who asks, or no longer: a key is needed. */
export function isUnauthenticated(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.status === 401;
}

/** False when the same request would only be refused again. */
export function isWorthRetrying(error: unknown): boolean {
  if (!(error instanceof ProblemError)) return true;
  const { status } = error.problem;
  return status === 401 || status === 429 || status >= 500; // 401: whoever sees this has logged in since
}

/** The fields of a run request, whose errors the input form shows. */
export function isInputField(field: string): boolean {
  return field === 'input' || field === 'options' || field.startsWith('options.');
}

export function fieldErrors(error: unknown, field: string): string[] {
  return error instanceof ProblemError ? (error.problem.errors[field] ?? []) : [];
}

function toFieldErrors(value: unknown): Record<string, string[]> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([field, messages]) => [
      field,
      Array.isArray(messages) ? messages.filter((message) => typeof message === 'string') : [],
    ]),
  );
}

function toQuota({ quota, used, limit, resetsAt }: Record<string, unknown>): UsedUpQuota | null {
  if (!isQuotaName(quota) || typeof used !== 'number' || typeof limit !== 'number') return null;
  return { name: quota, used, limit, resetsAt: textOrNull(resetsAt) };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return null; // a proxy's HTML page, or nothing: the status line has to do
  }
}
