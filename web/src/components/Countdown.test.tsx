import { screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { advance } from '../testing/advance';
import { renderWithI18n } from '../testing/render';
import { Announcer } from './Announcer';
import { Countdown } from './Countdown';

describe('Countdown', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.parse('2026-01-01T12:00:00Z') });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  function renderCountdown(expiresAt: string) {
    const onExpired = vi.fn();
    renderWithI18n(
      <Announcer>
        <Countdown expiresAt={expiresAt} timeoutMs={120_000} onExpired={onExpired} />
      </Announcer>,
    );
    return onExpired;
  }

  it('ticks every second', () => {
    renderCountdown('2026-01-01T12:02:00Z');
    expect(screen.getByRole('timer').textContent).toBe('2:00');

    advance(1000);
    expect(screen.getByRole('timer').textContent).toBe('1:59');
  });

  it('warns once, when a minute is left', () => {
    renderCountdown('2026-01-01T12:01:00Z');
    expect(screen.getByRole('status').textContent).toBe('');

    advance(1000);
    expect(screen.getByRole('status').textContent).toBe('The session ends in less than a minute');
  });

  it('asks until the server says that the session is over', () => {
    const onExpired = renderCountdown('2026-01-01T12:00:01Z');
    expect(onExpired).not.toHaveBeenCalled();

    advance(1000);
    expect(screen.getByRole('timer').textContent).toBe('0:00');
    expect(onExpired).toHaveBeenCalledTimes(1);

    advance(2000);
    expect(onExpired).toHaveBeenCalledTimes(3);
  });

  it('never shows more than the whole time', () => {
    renderCountdown('2026-01-01T12:02:00.900Z');

    expect(screen.getByRole('timer').textContent).toBe('2:00');
  });
});
