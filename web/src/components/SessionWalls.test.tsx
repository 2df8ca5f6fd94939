import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it } from 'vitest';

import { fakeServer, json, problem } from '../testing/fakeServer';
import { anIsolation, aRuntime, aSession } from '../testing/fixtures';
import { renderApp } from '../testing/render';

describe('the walls of a session', () => {
  beforeEach(() => {
    sessionStorage.setItem('agent-sandbox.session', 'ses_1');
  });

  const textOf = (wall: string) =>
    screen
      .getAllByRole('listitem')
      .map((item) => item.textContent)
      .find((text) => text.startsWith(wall));

  it('are a list that opens, of what is in force and what is not', async () => {
    fakeServer();
    renderApp();
    const summary = await screen.findByText('Walls in force: 7 of 8');
    const list = screen.getByRole('list');
    const details = list.closest('details');
    expect(details?.open).toBe(false);
    await userEvent.click(summary);

    expect(details?.open).toBe(true);
    expect(within(list).getAllByRole('listitem')).toHaveLength(8);
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
    renderApp();
    await userEvent.click(await screen.findByText('Walls in force: 4 of 8'));

    expect(textOf('System call filter')).toBe('System call filtercannot be seen from inside');
    expect(textOf('User namespace')).toBe('User namespacecannot be seen from inside');
    expect(textOf('No new privileges')).toBe('No new privilegescannot be seen from inside');
    expect(textOf('Read-only root')).toBe('Read-only root file systemnot in force');
  });

  it.each([
    ['cannot be read', () => problem(404, { title: 'Not found' })],
    ['do not include the session’s', () => json({ items: [aRuntime({ name: 'docker' })] })],
  ])('are left out when the runtimes %s', async (_, respond) => {
    const requests = fakeServer({ 'GET /api/v1/runtimes': respond });
    renderApp();

    expect(await screen.findByText('ses_1')).toBeTruthy();
    expect(requests.some(({ path }) => path === '/api/v1/runtimes')).toBe(true);
    expect(screen.queryByText(/^Walls/)).toBeNull();
    expect(screen.queryByRole('alert')).toBeNull();
  });
});
