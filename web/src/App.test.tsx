import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import type { SessionState } from './api/model';
import { advance } from './testing/advance';
import { byteStream, events, fakeServer, json, openEvents, problem, RUNS } from './testing/fakeServer';
import { aResult, aSession, SESSION_KEY } from './testing/fixtures';
import { renderApp } from './testing/render';

const NOT_FOUND = () => problem(404, { title: 'Session not found', code: 'session_not_found' });

const session = () => within(screen.getByRole('region', { name: 'Session' }));
const result = () => within(screen.getByRole('region', { name: 'Result' }));
const button = (name: string) => screen.findByRole('button', { name });

async function enter(text: string): Promise<HTMLElement> {
  const field = await screen.findByLabelText('Text');
  await userEvent.click(field);
  await userEvent.paste(text);
  return field;
}

describe('running an agent', () => {
  it('creates a session on the first run, and uses it again for the second', async () => {
    const requests = fakeServer({ [RUNS]: () => events(['started', {}], ['exited', aResult()]) });
    await renderApp();
    await enter('A fine day.');
    await userEvent.keyboard('{Control>}{Enter}{/Control}');

    expect(await result().findByText('Positive')).toBeTruthy();
    expect(session().getByText('ses_1')).toBeTruthy();
    await userEvent.click(await button('Run'));
    await waitFor(() => {
      expect(requests.filter(({ path }) => path.endsWith('/runs'))).toHaveLength(2);
    });

    expect(requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/sessions'))).toHaveLength(1);
    expect(requests.find(({ path }) => path.endsWith('/runs'))).toMatchObject({
      accept: 'text/event-stream',
      body: { input: 'A fine day.', options: { keywords: true, summary: false } },
    });
  });

  it('shows progress, and cancels by ending the request', async () => {
    let stream: ReturnType<typeof openEvents> | undefined;
    const requests = fakeServer({
      [RUNS]: ({ signal }) => {
        stream = openEvents(signal);
        return stream.response;
      },
    });
    await renderApp();
    await enter('A fine day.');
    await userEvent.click(await button('Run'));
    await button('Cancel');
    await waitFor(() => {
      expect(stream).toBeDefined();
    });
    stream?.write('progress', { progress: 0.4, stage: 'keywords', message: 'Ranking <b>keywords</b>' });

    expect(await result().findByText('Ranking <b>keywords</b>')).toBeTruthy();
    expect(result().getByRole('progressbar').getAttribute('aria-valuenow')).toBe('40');

    await userEvent.click(await button('Cancel'));
    expect(await result().findByText('The run was cancelled before it finished.')).toBeTruthy();
    expect(requests.find(({ path }) => path.endsWith('/runs'))?.signal?.aborted).toBe(true);
  });

  it('survives an output that it cannot show', async () => {
    vi.spyOn(console, 'error').mockReturnValue(undefined);
    const depth = 100_000;
    const nested = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const exited = JSON.stringify(aResult({ output: null })).replace('null', `{"keywords":${nested}}`);
    fakeServer({ [RUNS]: () => new Response(byteStream(`event: exited\ndata: ${exited}\n\n`)) });
    await renderApp();
    await enter('A fine day.');
    await userEvent.click(await button('Run'));

    expect(await result().findByText('The page could not show this.')).toBeTruthy();
    expect(await button('Run')).toBeTruthy();
  });

  it('fills in a sample', async () => {
    fakeServer();
    await renderApp();
    await userEvent.click(await button('A review'));

    expect(screen.getByLabelText<HTMLTextAreaElement>('Text').value).toBe('Чудесный день!');
  });

  it.each([
    ['a blank text', '   ', 'Enter something for the agent to work on.'],
    ['a text that is too long', 'a'.repeat(101), 'The text is 1 character too long. The limit is 100.'],
  ])('refuses %s beside the field, without asking the server', async (_, text, message) => {
    const requests = fakeServer();
    await renderApp();
    const field = await enter(text);
    await userEvent.click(await button('Run'));

    expect(screen.getByText(message)).toBeTruthy();
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(document.activeElement).toBe(field);
    expect(requests.some(({ method }) => method === 'POST')).toBe(false);
  });

  it('shows the server’s field errors beside their fields, until the text changes', async () => {
    const errors = { input: ['must not be rude'], 'options.summary': ['must be true'], other: ['is odd'] };
    fakeServer({ [RUNS]: () => problem(422, { title: 'The input does not fit', code: 'invalid', errors }) });
    await renderApp();
    await enter('Something rude.');
    await userEvent.click(await button('Run'));

    expect(await screen.findByText('must not be rude')).toBeTruthy();
    expect(screen.getByText('Summary: must be true')).toBeTruthy();
    expect(result().getByText('other: is odd')).toBeTruthy();
    expect(result().queryByRole('button')).toBeNull();

    await enter(' Sorry.');
    expect(screen.queryByText('must not be rude')).toBeNull();
  });
});

describe('errors', () => {
  it('waits as long as Retry-After says', async () => {
    fakeServer({
      'POST /api/v1/sessions': () =>
        problem(503, { title: 'No capacity', detail: 'All sessions are in use.' }, { 'Retry-After': '12' }),
    });
    await renderApp();
    await enter('A fine day.');
    await userEvent.click(await button('Run'));

    expect(await result().findByText('The server is at capacity')).toBeTruthy();
    expect(result().getByText('All sessions are in use.')).toBeTruthy();
    expect(result().getByRole('button').textContent).toMatch(/^Try again in 1[12] seconds$/);
    expect(result().getByRole('button').getAttribute('aria-disabled')).toBe('true');
    expect(session().queryByRole('alert')).toBeNull();
  });

  it('tells that the server cannot be reached, and tries again', async () => {
    let up = false;
    fakeServer({
      [RUNS]: () => {
        if (!up) throw new TypeError('Failed to fetch');
        return events(['exited', aResult()]);
      },
    });
    await renderApp();
    await enter('A fine day.');
    await userEvent.click(await button('Run'));
    expect(await result().findByText('The server cannot be reached')).toBeTruthy();

    up = true;
    await userEvent.click(await button('Try again'));
    expect(await result().findByText('Positive')).toBeTruthy();
  });

  it.each([
    ['an error event', () => events(['error', { code: 'guest_lost', message: 'No answer.' }]), 'No answer.'],
    ['a stream that just ends', () => events(['started', {}]), 'The server cannot be reached'],
  ])('tells of a run that breaks off with %s', async (_, respond, message) => {
    fakeServer({ [RUNS]: respond });
    await renderApp();
    await enter('A fine day.');
    await userEvent.click(await button('Run'));

    expect(await result().findByText(message)).toBeTruthy();
  });

  it('offers a new session when the old one is gone', async () => {
    let alive = false;
    sessionStorage.setItem(SESSION_KEY, 'ses_old');
    const requests = fakeServer({
      'GET /api/v1/sessions/ses_old': () => (alive ? json(aSession({ id: 'ses_old' })) : NOT_FOUND()),
      'POST /api/v1/sessions/ses_old/agents/text-analysis/runs': () => {
        alive = false;
        return NOT_FOUND();
      },
      [RUNS]: () => events(['exited', aResult()]),
    });
    alive = true;
    await renderApp();
    expect(await session().findByText('ses_old')).toBeTruthy();
    await enter('A fine day.');
    await userEvent.click(await button('Run'));
    await userEvent.click(await button('Run in a new session'));

    expect(await result().findByText('Positive')).toBeTruthy();
    expect(session().getByText('ses_1')).toBeTruthy();
    expect(requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/sessions'))).toHaveLength(1);
  });
});

describe('the session', () => {
  it('is started and ended by buttons, with what it is made of', async () => {
    const requests = fakeServer();
    await renderApp();
    await userEvent.click(await button('Start session'));

    expect(await session().findByText('ses_1')).toBeTruthy();
    expect(session().getByText('512 MiB')).toBeTruthy();
    expect(session().getByText('1 core')).toBeTruthy();
    expect(session().getByRole('timer').textContent).toMatch(/^(5:00|4:5\d)$/);
    expect(sessionStorage.getItem(SESSION_KEY)).toBe('ses_1');

    await userEvent.click(await button('End session'));
    const start = await button('Start session');
    expect(document.activeElement).toBe(start);
    expect(sessionStorage.getItem(SESSION_KEY)).toBeNull();
    expect(requests.some(({ method }) => method === 'DELETE')).toBe(true);
  });

  it('is extended to its whole time again', async () => {
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
    const nearlyOver = aSession({ expiresAt: new Date(Date.now() + 20_000).toISOString() });
    const requests = fakeServer({
      'GET /api/v1/sessions/ses_1': () => json(nearlyOver),
      'PATCH /api/v1/sessions/ses_1': () => json(aSession()),
    });
    await renderApp();
    expect((await session().findByRole('timer')).textContent).toMatch(/^0:(20|1\d)$/);
    await userEvent.click(await button('Extend'));

    await waitFor(() => {
      expect(session().getByRole('timer').textContent).toMatch(/^(5:00|4:5\d)$/);
    });
    expect(requests.find(({ method }) => method === 'PATCH')?.body).toEqual({ timeoutMs: 300_000 });
    expect(screen.getByRole('status').textContent).toBe('Session extended: 5 minutes left');
  });

  it('leaves the keyboard where it is when it expires, even if one was ended by hand before', async () => {
    let created = 0;
    fakeServer({
      'POST /api/v1/sessions': () => {
        created += 1;
        return json(created === 1 ? aSession() : aSession({ id: 'ses_2', expiresAt: new Date(Date.now()).toISOString() }));
      },
      'GET /api/v1/sessions/ses_2': NOT_FOUND,
    });
    await renderApp();
    await userEvent.click(await button('Start session'));
    await userEvent.click(await button('End session'));
    const field = await screen.findByLabelText('Text');
    const start = await button('Start session');
    start.click();
    field.focus();

    expect(await session().findByText('The session has ended')).toBeTruthy();
    expect(document.activeElement).toBe(field);
  });

  it('is found again after a reload', async () => {
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
    fakeServer();
    await renderApp();

    expect(await session().findByText('ses_1')).toBeTruthy();
  });

  it('is forgotten when the server no longer knows it', async () => {
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
    fakeServer({ 'GET /api/v1/sessions/ses_1': NOT_FOUND });
    await renderApp();

    expect(await session().findByText('The session has ended')).toBeTruthy();
    await waitFor(() => {
      expect(sessionStorage.getItem(SESSION_KEY)).toBeNull();
    });
  });

  it.each(['failed', 'stopped'] as const)('is over in the state %s', async (state) => {
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
    fakeServer({ 'GET /api/v1/sessions/ses_1': () => json(aSession({ state })) });
    await renderApp();

    expect(await session().findByText('The session has ended')).toBeTruthy();
  });

  it('tells its host, unless that is the server’s own machine', async () => {
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
    let host = 'local';
    fakeServer({ 'GET /api/v1/sessions/ses_1': () => json(aSession({ host })) });
    const { unmount } = await renderApp();
    expect(await session().findByText('ses_1')).toBeTruthy();
    expect(session().queryByText('Host')).toBeNull();
    unmount();

    host = 'docker-2';
    await renderApp();
    expect((await session().findByText('Host')).nextSibling?.textContent).toBe('docker-2');
  });

  it('stays while it is lost, and goes on when its host is back', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
    let state: SessionState = 'lost';
    fakeServer({ 'GET /api/v1/sessions/ses_1': () => json(aSession({ state })) });
    await renderApp();
    const notice = await session().findByRole('alert');
    expect(notice.textContent).toMatch(/^The session cannot be reached/);
    expect(session().getByText('Lost')).toBeTruthy();
    expect(sessionStorage.getItem(SESSION_KEY)).toBe('ses_1');

    state = 'running';
    advance(5000);
    expect(await session().findByText('Running')).toBeTruthy();
    expect(session().queryByRole('alert')).toBeNull();
    expect(screen.getByRole('status').textContent).toBe('The session can be reached again');
  });

  it('refuses a run while it is lost, and is kept for the next one', async () => {
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
    let state: SessionState = 'running';
    const requests = fakeServer({
      'GET /api/v1/sessions/ses_1': () => json(aSession({ state })),
      [RUNS]: () => {
        state = 'lost';
        return problem(503, { title: 'No answer', code: 'session_lost' }, { 'Retry-After': '5' });
      },
    });
    await renderApp();
    await enter('A fine day.');
    await userEvent.click(await button('Run'));

    expect(await result().findByText('The session cannot be reached')).toBeTruthy();
    expect(result().getByText('Its host does not answer. Run again when it is back.')).toBeTruthy();
    expect(result().getByRole('button').textContent).toMatch(/^Try again in [45] seconds$/);
    expect(await session().findByText('Lost')).toBeTruthy();
    expect(requests.some(({ method, path }) => method === 'POST' && path.endsWith('/sessions'))).toBe(false);
  });

  it('can be ended while it is lost', async () => {
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
    fakeServer({ 'GET /api/v1/sessions/ses_1': () => json(aSession({ state: 'lost' })) });
    await renderApp();
    await userEvent.click(await button('End session'));

    expect(await session().findByText('No session yet')).toBeTruthy();
    expect(session().queryByRole('alert')).toBeNull();
  });

  it('asks the server when the time is up', async () => {
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
    let asked = 0;
    fakeServer({
      'GET /api/v1/sessions/ses_1': () => {
        asked += 1;
        return asked > 1 ? NOT_FOUND() : json(aSession({ expiresAt: new Date(Date.now() - 1).toISOString() }));
      },
    });
    await renderApp();

    expect(await session().findByText('The session has ended')).toBeTruthy();
  });
});

describe('the language', () => {
  it('is switched for page, agent and document, and remembered', async () => {
    fakeServer();
    await renderApp();
    expect(document.documentElement.lang).toBe('en');
    await userEvent.click(await button('RU, Русский'));

    expect(await screen.findByLabelText('Текст')).toBeTruthy();
    expect(await button('Запустить')).toBeTruthy();
    expect(screen.getByRole('option', { name: 'Анализ текста' })).toBeTruthy();
    expect(document.documentElement.lang).toBe('ru');
    expect(localStorage.getItem('agent-sandbox.language')).toBe('ru');
  });
});
