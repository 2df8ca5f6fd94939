import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { fakeServer, json, problem } from '../testing/fakeServer';
import { anIsolation, aRuntime, aSession, SESSION_KEY } from '../testing/fixtures';
import { renderApp } from '../testing/render';

describe('the walls of a session', () => {
  beforeEach(() => {
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
  });

  const textOf = (wall: string) =>
    screen
      .getAllByRole('listitem')
      .map((item) => item.textContent)
      .find((text) => text.startsWith(wall));

  it('are a list that opens, of what is in force and what is not', async () => {
    fakeServer();
    await renderApp();
    const summary = await screen.findByText('Walls in force: 17 of 18');
    const list = screen.getByRole('list');
    const details = list.closest('details');
    expect(details?.open).toBe(false);
    await userEvent.click(summary);

    expect(details?.open).toBe(true);
    expect(within(list).getAllByRole('listitem')).toHaveLength(18);
    expect(textOf('No network')).toBe('No networkin forceonly its own loopback');
    expect(textOf('Own kernel')).toBe('Own kernelnot in force');
    expect(screen.getByText(/Kernel seen there: 6\.18\.5\.$/)).toBeTruthy();
  });

  it('are those of the session’s own isolation; what its kernel hides is not called missing', async () => {
    const hidden = { ownKernel: true, seccomp: null, userNamespace: null, noNewPrivileges: null, readOnlyRoot: false };
    fakeServer({
      'GET /api/v1/runtimes': () =>
        json({ items: [aRuntime({ isolations: [anIsolation(), anIsolation('gvisor', hidden)] })] }),
      'GET /api/v1/sessions/ses_1': () => json(aSession({ isolation: 'gvisor' })),
    });
    await renderApp();
    await userEvent.click(await screen.findByText('Walls in force: 14 of 18'));

    expect(textOf('System call filter')).toBe('System call filtercannot be seen from inside');
    expect(textOf('User namespace')).toBe('User namespacecannot be seen from inside');
    expect(textOf('No new privileges')).toBe('No new privilegescannot be seen from inside');
    expect(textOf('Read-only root')).toBe('Read-only root file systemnot in force');
  });

  it('are told to be missing where they were promised, and before a session is started', async () => {
    sessionStorage.clear();
    const isolations = [
      anIsolation(),
      anIsolation('gvisor', { noNetwork: false, seccomp: null }, ['noNetwork', 'aNewWall']),
    ];
    fakeServer({ 'GET /api/v1/runtimes': () => json({ items: [aRuntime({ isolations })] }) });
    await renderApp();

    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('Walls are missing');
    expect(within(alert).getAllByRole('listitem').map((item) => item.textContent)).toEqual(['gVisor: No network, aNewWall']);
  });

  it('are marked in the session’s list when they are missing', async () => {
    const isolations = [anIsolation('standard', { seccomp: false, ownKernel: false }, ['seccomp'])];
    fakeServer({ 'GET /api/v1/runtimes': () => json({ items: [aRuntime({ isolations })] }) });
    await renderApp();
    await userEvent.click(await screen.findByText('Walls in force: 16 of 18'));

    expect(textOf('System call filter')).toBe('System call filtermissing');
    expect(textOf('Own kernel')).toBe('Own kernelnot in force');
  });

  it.each([
    ['cannot be read', () => problem(404, { title: 'Not found' })],
    ['do not include the session’s', () => json({ items: [aRuntime({ name: 'docker' })] })],
  ])('are left out when the runtimes %s', async (_, respond) => {
    const requests = fakeServer({ 'GET /api/v1/runtimes': respond });
    await renderApp();

    expect(await screen.findByText('ses_1')).toBeTruthy();
    expect(requests.some(({ path }) => path === '/api/v1/runtimes')).toBe(true);
    expect(screen.queryByText(/^Walls/)).toBeNull();
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
