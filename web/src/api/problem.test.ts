import { describe, expect, it } from 'vitest';

import { parseRetryAfter, readProblem } from './problem';

describe('readProblem', () => {
  it('reads a problem document with its field errors', async () => {
    const body = {
      type: 'about:blank',
      title: 'The input does not fit',
      status: 422,
      detail: 'See the fields.',
      code: 'invalid_input',
      errors: { input: ['is too long', 7], 'options.sentiment': 'not a list' },
      requestId: 'req_1',
    };
    const { problem } = await readProblem(new Response(JSON.stringify(body), { status: 422 }));

    expect(problem).toEqual({
      status: 422,
      title: 'The input does not fit',
      detail: 'See the fields.',
      code: 'invalid_input',
      requestId: 'req_1',
      errors: { input: ['is too long'], 'options.sentiment': [] },
      quota: null,
    });
  });

  it.each(['<html>Bad gateway</html>', '', '[]', 'null', '{"title": 5}'])('makes do with the body %j', async (body) => {
    const { problem } = await readProblem(new Response(body, { status: 502, statusText: 'Bad Gateway' }));

    expect(problem).toMatchObject({ status: 502, title: 'Bad Gateway', detail: null, code: null, errors: {} });
  });

  it('names the status when there is no text at all, as over HTTP/2', async () => {
    const { problem } = await readProblem(new Response('', { status: 504 }));

    expect(problem.title).toBe('HTTP 504');
  });

  it('keeps Retry-After', async () => {
    const error = await readProblem(new Response('{}', { status: 503, headers: { 'Retry-After': '12' } }));

    expect(error.retryAfterMs).toBe(12_000);
  });
});

describe('parseRetryAfter', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  it.each([
    ['0', 0],
    ['30', 30_000],
    ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
    ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
    ['soon', null],
    ['', null],
    [null, null],
  ])('%j is %j ms', (header, expected) => {
    expect(parseRetryAfter(header, now)).toBe(expected);
  });
});
