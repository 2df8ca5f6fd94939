import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { fakeServer, json, problem } from '../testing/fakeServer';
import { aUsage } from '../testing/fixtures';
import { renderApp } from '../testing/render';

const TOMORROW = '2026-11-24T00:00:00Z';
const usage = (changes: Parameters<typeof aUsage>[0]) => ({ 'GET /api/v1/usage': () => json(aUsage(changes)) });

describe('the use of quotas', () => {
  it('is not shown where nothing is limited, or where the server does not tell', async () => {
    const requests = fakeServer({ 'GET /api/v1/usage': () => problem(404, { title: 'Not found' }) });
    await renderApp();
    await screen.findByRole('button', { name: 'Run' });

    expect(requests.map(({ path }) => path)).toContain('/api/v1/usage');
    expect(screen.queryByRole('region', { name: 'Your use' })).toBeNull();
  });

  it('names only what is limited, in its unit, and what is used up', async () => {
    fakeServer(
      usage({
        sessions: { used: 3, limit: 3, resetsAt: TOMORROW },
        cpuSeconds: { used: 12.34, limit: 3600, resetsAt: TOMORROW },
        diskBytes: { used: 0, limit: 1_073_741_824, resetsAt: null },
      }),
    );
    await renderApp();

    const line = await screen.findByRole('region', { name: 'Your use' });
    expect(within(line).getAllByRole('definition').map((item) => item.textContent)).toEqual([
      '3 of 3, used up',
      '12.3 s of 3,600 s',
      '0 B of 1 GiB',
    ]);
    expect(line.textContent).toMatch(/Daily figures start anew at Nov 2[345], /);
  });

  it('is asked for again after a session was started', async () => {
    let used = 0;
    fakeServer({
      'GET /api/v1/usage': () => json(aUsage({ sessions: { used: used++, limit: 9, resetsAt: TOMORROW } })),
    });
    await renderApp();
    await screen.findByText('0 of 9');
    await userEvent.click(await screen.findByRole('button', { name: 'Start session' }));

    expect(await screen.findByText('1 of 9')).toBeTruthy();
  });

  it.each([
    ['spent', TOMORROW, 'Sessions today: 3 of 3.', '39000', /^Try again from \w+ \d+, \d+:\d\d [AP]M$/],
    ['held', null, 'Sessions today: 3 of 3. End a session that you no longer need.', '5', /^Try again in [45] seconds$/],
  ])('is told when a quota is used up that is %s, with when there is more', async (_, resetsAt, hint, retryAfter, label) => {
    const members = { title: 'x', detail: 'y', code: 'quota_exceeded', quota: 'sessions', used: 3, limit: 3, resetsAt };
    fakeServer({ 'POST /api/v1/sessions': () => problem(429, members, { 'Retry-After': retryAfter }) });
    await renderApp();
    await userEvent.click(await screen.findByRole('button', { name: 'Start session' }));

    expect(await screen.findByText('Your quota is used up')).toBeTruthy();
    expect(screen.getByText(hint)).toBeTruthy();
    expect(screen.getByRole('button', { name: /^Try again/ }).textContent).toMatch(label);
  });

  it.each([
    [403, 'forbidden', 'Not allowed'],
    [429, 'rate_limited', 'Too many requests'],
    [429, 'too_many_streams', 'The session does too much at once'],
  ])('has its like in other refusals: %d %s', async (status, code, title) => {
    fakeServer({ 'POST /api/v1/sessions': () => problem(status, { title: 'As the server says', code }) });
    await renderApp();
    await userEvent.click(await screen.findByRole('button', { name: 'Start session' }));

    expect(await screen.findByText(title)).toBeTruthy();
    expect(screen.queryByText('As the server says')).toBeNull();
  });
});
