import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { events, fakeServer, json, problem, RUNS } from '../testing/fakeServer';
import { anIsolation, aResult, aRuntime, SESSION_KEY } from '../testing/fixtures';
import { renderApp } from '../testing/render';

const STORAGE_KEY = 'agent-sandbox.isolation';

const offer = (...isolations: ReturnType<typeof anIsolation>[]) => ({
  'GET /api/v1/runtimes': () => json({ items: [aRuntime({ isolations })] }),
});
const standardAndGvisor = offer(anIsolation(), anIsolation('gvisor', { ownKernel: true, kernel: '4.4.0' }));

const radio = (name: string) => screen.findByRole<HTMLInputElement>('radio', { name });
const start = async () => {
  await userEvent.click(await screen.findByRole('button', { name: 'Start session' }));
};
const created = (requests: ReturnType<typeof fakeServer>) =>
  requests.find(({ method, path }) => method === 'POST' && path === '/api/v1/sessions')?.body;

describe('the choice of isolation', () => {
  it('starts at standard, and says what kernel each has', async () => {
    const requests = fakeServer(standardAndGvisor);
    await renderApp();

    expect((await radio('Standard')).checked).toBe(true);
    const group = within(screen.getByRole('group', { name: 'Isolation' }));
    expect(group.getByText('Shares the host’s kernel (6.18.5).')).toBeTruthy();
    expect(group.getByText(/^A kernel of its own in user space \(4\.4\.0\)/)).toBeTruthy();

    await start();
    expect(await screen.findByText('ses_1')).toBeTruthy();
    expect(created(requests)).toEqual({ isolation: 'standard' });
    expect(screen.queryByRole('radio')).toBeNull();
  });

  it('is what a run’s session is made with, and is remembered', async () => {
    const requests = fakeServer({ ...standardAndGvisor, [RUNS]: () => events(['exited', aResult()]) });
    await renderApp();
    await userEvent.click(await radio('gVisor'));
    await userEvent.click(await screen.findByLabelText('Text'));
    await userEvent.paste('A fine day.');
    await userEvent.click(await screen.findByRole('button', { name: 'Run' }));

    expect(await screen.findByText('Positive')).toBeTruthy();
    expect(created(requests)).toEqual({ isolation: 'gvisor' });
    expect(localStorage.getItem(STORAGE_KEY)).toBe('gvisor');
  });

  it('is found again after a reload', async () => {
    localStorage.setItem(STORAGE_KEY, 'gvisor');
    fakeServer(standardAndGvisor);
    await renderApp();

    expect((await radio('gVisor')).checked).toBe(true);
  });

  it('names one that the page has no words for', async () => {
    fakeServer(offer(anIsolation(), anIsolation('enclave', { kernel: '9.1' })));
    await renderApp();

    expect(await radio('enclave')).toBeTruthy();
    expect(screen.getByText('Kernel 9.1.')).toBeTruthy();
  });

  it('is not asked for when there is only one, whatever was chosen elsewhere', async () => {
    localStorage.setItem(STORAGE_KEY, 'gvisor');
    sessionStorage.setItem(SESSION_KEY, 'ses_1');
    const requests = fakeServer();
    await renderApp();
    await screen.findByText(/^Walls in force/); // the page knows what is offered
    await userEvent.click(screen.getByRole('button', { name: 'End session' }));
    expect(await screen.findByRole('button', { name: 'Start session' })).toBeTruthy();
    expect(screen.queryByRole('radio')).toBeNull();

    await start();
    expect(await screen.findByText('ses_1')).toBeTruthy();
    expect(created(requests)).toEqual({ isolation: 'standard' });
  });

  it('is not weakened when the server does not say what it offers', async () => {
    localStorage.setItem(STORAGE_KEY, 'gvisor');
    const requests = fakeServer({ 'GET /api/v1/runtimes': () => problem(500, { title: 'Broken' }) });
    await renderApp();
    await start();

    expect(await screen.findByText('ses_1')).toBeTruthy();
    expect(created(requests)).toEqual({ isolation: 'gvisor' });
    expect(screen.queryByRole('radio')).toBeNull();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('follows the server when that no longer offers it', async () => {
    localStorage.setItem(STORAGE_KEY, 'gvisor');
    let asked = 0;
    fakeServer({
      'GET /api/v1/runtimes': () => {
        asked += 1;
        const isolations = [anIsolation(), anIsolation(asked === 1 ? 'gvisor' : 'vm')];
        return json({ items: [aRuntime({ isolations })] });
      },
      'POST /api/v1/sessions': () =>
        problem(422, { title: 'The request is not valid.', errors: { isolation: ['must be one of standard, vm'] } }),
    });
    await renderApp();
    expect((await radio('gVisor')).checked).toBe(true);
    await start();

    expect(await screen.findByText('isolation: must be one of standard, vm')).toBeTruthy();
    expect(await radio('Virtual machine')).toBeTruthy();
    expect((await radio('Standard')).checked).toBe(true);
  });
});
