import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';

import type { Me } from './api/model';
import { events, fakeServer, json, problem, RUNS, type Handler } from './testing/fakeServer';
import { aCaller, aResult, aSession } from './testing/fixtures';
import { renderApp } from './testing/render';

const KEY = 'ask_0123456789ab_c2VjcmV0';
const UNAUTHENTICATED = () => problem(401, { title: 'A key or token is needed.', code: 'unauthenticated' });

const alice = (changes: Partial<Me> = {}) => aCaller({ owner: 'alice', kind: 'key', keyId: '0123456789ab', ...changes });
const keyField = () => screen.findByLabelText<HTMLInputElement>('API key');
const button = (name: string) => screen.findByRole('button', { name });
const markup = () => new XMLSerializer().serializeToString(document);
const workplace = () => screen.queryByRole('region', { name: 'Session' });

/** A server that wants a key; `state.me` is who has logged in, null for nobody. */
function closedServer(handlers: Record<string, Handler> = {}, me: Me | null = null) {
  const state = { me };
  const whenLoggedIn = (handler: Handler): Handler => (request) => (state.me ? handler(request) : UNAUTHENTICATED());
  const requests = fakeServer({
    'GET /api/v1/me': whenLoggedIn(() => json(state.me)),
    'GET /api/v1/sessions/ses_1': whenLoggedIn(() => json(aSession())),
    'POST /api/v1/login': ({ body }) => {
      if ((body as { key: string }).key !== KEY) return UNAUTHENTICATED();
      state.me = alice();
      return new Response(null, { status: 204 });
    },
    'POST /api/v1/logout': () => {
      state.me = null;
      return new Response(null, { status: 204 });
    },
    [RUNS]: whenLoggedIn(() => events(['exited', aResult()])),
    ...handlers,
  });
  return { state, requests };
}

async function logIn(key = KEY) {
  await userEvent.type(await keyField(), `${key}{Enter}`);
}

describe('the login', () => {
  it('is not asked for where the server wants no key', async () => {
    fakeServer();
    await renderApp();

    expect(workplace()).toBeTruthy();
    expect(screen.queryByLabelText('API key')).toBeNull();
    expect(screen.queryByRole('group', { name: 'Account' })).toBeNull();
    expect(screen.queryByText('anonymous')).toBeNull();
  });

  it('comes before everything else: nothing is shown, nothing is asked for', async () => {
    const { requests } = closedServer();
    await renderApp();

    expect(document.activeElement).toBe(await keyField());
    expect(workplace()).toBeNull();
    expect(requests.map(({ path }) => path)).toEqual(['/api/v1/me']);
  });

  it('opens the page, says who is in, and goes on at the input', async () => {
    const { requests } = closedServer();
    await renderApp();
    await logIn(`  ${KEY} `);

    expect(await button('Start session')).toBeTruthy();
    const account = within(screen.getByRole('group', { name: 'Account' }));
    expect(account.getByText('alice').tagName).toBe('BDI');
    expect(account.getByText('user')).toBeTruthy();
    expect(requests.find(({ path }) => path === '/api/v1/login')).toMatchObject({ method: 'POST', body: { key: KEY } });
    expect(document.activeElement).toBe(document.getElementById('agent-input'));
    expect(screen.getByRole('status').textContent).toBe('Logged in as alice');
  });

  it('leaves no trace of the key: not in stores, address, cookies, console or page', async () => {
    const consoles = (['log', 'info', 'warn', 'error', 'debug'] as const).map((level) => vi.spyOn(console, level));
    closedServer();
    await renderApp();
    await logIn('ask_wrong');
    await userEvent.clear(await keyField());
    await logIn();
    await button('Start session');

    const traces = [
      JSON.stringify([localStorage, sessionStorage]),
      location.href,
      document.cookie,
      markup(),
      JSON.stringify(history.state),
      JSON.stringify(consoles.flatMap(({ mock }) => mock.calls)),
    ];
    expect(traces.filter((trace) => trace.includes('ask_'))).toEqual([]);
  });

  it('tells that a key is wrong, beside the field, and lets it be typed again', async () => {
    closedServer();
    await renderApp();
    await logIn('ask_wrong');

    expect(await screen.findByText(/^This key is not valid\./)).toBeTruthy();
    const field = await keyField();
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(field.getAttribute('aria-describedby')?.split(' ').map((id) => document.getElementById(id)?.textContent)).toContain(
      'This key is not valid. It may be mistyped, was revoked, or has expired.',
    );
    expect(document.activeElement).toBe(field);
    expect([field.selectionStart, field.selectionEnd]).toEqual([0, 'ask_wrong'.length]);
    expect(workplace()).toBeNull();

    await userEvent.keyboard(`${KEY}{Enter}`); // over what is selected
    expect(await button('Start session')).toBeTruthy();
  });

  it('asks for a key when there is none, without asking the server', async () => {
    const { requests } = closedServer();
    await renderApp();
    await userEvent.click(await button('Log in'));

    expect(screen.getByText('Enter your key.')).toBeTruthy();
    expect(requests.map(({ path }) => path)).toEqual(['/api/v1/me']);
  });

  it('hides the key, until it is asked to show it', async () => {
    closedServer();
    await renderApp();
    const field = await keyField();
    expect([field.type, field.autocomplete, field.name]).toEqual(['password', 'off', '']);

    await userEvent.click(await button('Show the key'));
    expect(field.type).toBe('text');
    await userEvent.click(await button('Hide the key'));
    expect(field.type).toBe('password');
  });

  it('tells when the browser refused the cookie', async () => {
    closedServer({ 'GET /api/v1/me': UNAUTHENTICATED });
    await renderApp();
    await logIn();

    expect(await screen.findByText(/browser refused the cookie/)).toBeTruthy();
  });

  it('waits as long as the server says after too many tries', async () => {
    closedServer({
      'POST /api/v1/login': () => problem(429, { title: 'Too many', code: 'rate_limited' }, { 'Retry-After': '840' }),
    });
    await renderApp();
    await logIn();

    expect(await screen.findByText('Too many requests')).toBeTruthy();
    expect(await button('Try again in 14 minutes')).toBeTruthy();
  });

  it('has nothing to put away for a token, which comes from a proxy', async () => {
    closedServer({}, alice({ kind: 'token', keyId: null }));
    await renderApp();

    const account = within(screen.getByRole('group', { name: 'Account' }));
    expect(account.getByText('alice')).toBeTruthy();
    expect(account.queryByRole('button')).toBeNull();
  });
});

describe('a login that ends', () => {
  it('asks again, and keeps what was typed', async () => {
    const { state, requests } = closedServer({}, alice());
    await renderApp();
    const text = await screen.findByLabelText('Text');
    await userEvent.type(text, 'Half a thought');
    state.me = null;
    await userEvent.click(await button('Run'));

    expect(await screen.findByText(/^Log in to go on\./)).toBeTruthy();
    expect(workplace()).toBeNull();
    expect(document.activeElement).toBe(await keyField());
    const asked = requests.length;

    await logIn();
    expect(await screen.findByDisplayValue('Half a thought')).toBe(text);
    expect(await screen.findByText('A login was needed')).toBeTruthy();
    expect(requests[asked]).toMatchObject({ path: '/api/v1/login' });

    await userEvent.click(await button('Try again'));
    expect(await screen.findByText('Positive')).toBeTruthy();
  });

  it('goes on with what nobody in particular has typed, without the session of nobody', async () => {
    const { state, requests } = closedServer({}, aCaller());
    await renderApp();
    await userEvent.click(await button('Start session'));
    await screen.findByText('ses_1');
    await userEvent.type(await screen.findByLabelText('Text'), 'Half a thought');
    state.me = null; // somebody has made the first key
    await userEvent.click(await button('Run'));
    await logIn();

    expect(await screen.findByDisplayValue('Half a thought')).toBeTruthy();
    expect(await button('Start session')).toBeTruthy();
    expect(requests.at(-1)?.path).not.toContain('ses_1');
  });

  it('drops what one has typed when another comes', async () => {
    const { state } = closedServer({}, alice({ owner: 'bob' }));
    await renderApp();
    await userEvent.type(await screen.findByLabelText('Text'), 'Bob’s secret');
    state.me = null;
    await userEvent.click(await button('Run'));
    await logIn();

    expect((await screen.findByLabelText<HTMLTextAreaElement>('Text')).value).toBe('');
    expect(markup()).not.toContain('Bob’s secret');
  });

  it('is put away by hand, with all that the page held', async () => {
    const { requests } = closedServer({}, alice());
    await renderApp();
    await userEvent.type(await screen.findByLabelText('Text'), 'A secret');
    await userEvent.click(await button('Log out'));

    expect(document.activeElement).toBe(await keyField());
    expect(screen.getByText('This server works for those who have a key.')).toBeTruthy();
    expect(screen.queryByRole('group', { name: 'Account' })).toBeNull();
    expect(markup()).not.toContain('A secret');
    expect(requests.at(-1)).toMatchObject({ method: 'POST', path: '/api/v1/logout' });

    await logIn();
    expect((await screen.findByLabelText<HTMLTextAreaElement>('Text')).value).toBe('');
  });

  it('finds its session again, which nobody else does', async () => {
    const { state } = closedServer({}, alice());
    await renderApp();
    await userEvent.click(await button('Start session'));
    await screen.findByText('ses_1');
    await userEvent.click(await button('Log out'));
    await logIn();
    expect(await screen.findByText('ses_1')).toBeTruthy();

    await userEvent.click(await button('Log out'));
    await keyField();
    state.me = alice({ owner: 'bob' });
    window.dispatchEvent(new Event('visibilitychange')); // back from another tab, where Bob has logged in
    expect(await screen.findByText('bob')).toBeTruthy();
    expect(await button('Start session')).toBeTruthy();
  });

  it('is told when it cannot be put away', async () => {
    closedServer({ 'POST /api/v1/logout': () => problem(500, { title: 'Broken' }) }, alice());
    await renderApp();
    await userEvent.click(await button('Log out'));

    expect(await screen.findByText('Broken')).toBeTruthy();
    expect(screen.getByText('alice')).toBeTruthy();
  });
});

describe('a key that is not good for all', () => {
  const describedBy = (element: HTMLElement) =>
    document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent;

  it.each([
    ['is read-only', { role: 'readOnly' as const }, 'Not available: your key is read-only.'],
    ['lacks sessions', { scopes: ['agents'] }, 'Not available: your key lacks the scope “sessions”.'],
  ])('%s: starting and running are disabled, and say why', async (_, changes, reason) => {
    const { requests } = closedServer({}, alice(changes));
    await renderApp();
    await userEvent.type(await screen.findByLabelText('Text'), 'Hello{Control>}{Enter}{/Control}');

    for (const name of ['Run', 'Start session']) {
      const denied = await button(name);
      expect(denied.getAttribute('aria-disabled'), name).toBe('true');
      expect(describedBy(denied), name).toBe(reason);
      await userEvent.click(denied);
    }
    await waitFor(() => {
      expect(requests.map(({ path }) => path)).toContain('/api/v1/agents');
    });
    expect(requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('lacks agents: a session can be started, a run cannot', async () => {
    closedServer({}, alice({ scopes: ['sessions'] }));
    await renderApp();
    await userEvent.click(await button('Start session'));

    expect(await screen.findByText('ses_1')).toBeTruthy();
    expect(describedBy(await button('Run'))).toBe('Not available: your key lacks the scope “agents”.');
  });

  it('looks at its session, without changing it', async () => {
    sessionStorage.setItem('agent-sandbox.session.alice', 'ses_1');
    const { requests } = closedServer({}, alice({ role: 'readOnly' }));
    await renderApp();
    expect(await screen.findByText('ses_1')).toBeTruthy();
    for (const name of ['Extend', 'End session']) {
      expect(describedBy(await button(name)), name).toBe('Not available: your key is read-only.');
      await userEvent.click(await button(name));
    }

    expect(requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it('does not ask for a session that it may not see', async () => {
    sessionStorage.setItem('agent-sandbox.session.alice', 'ses_1');
    const { requests } = closedServer({}, alice({ scopes: ['agents'] }));
    await renderApp();
    await button('Run');

    expect(requests.map(({ path }) => path)).not.toContain('/api/v1/sessions/ses_1');
  });
});
