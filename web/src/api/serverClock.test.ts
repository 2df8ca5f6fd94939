import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { noteServerDate, serverNow } from './serverClock';

describe('serverNow', () => {
  const now = Date.parse('2026-01-01T12:00:00.600Z');

  beforeEach(() => {
    vi.useFakeTimers({ now });
  });

  afterEach(() => {
    noteServerDate(new Date(Date.now()).toUTCString());
    vi.useRealTimers();
  });

  it('follows a server whose clock is another one', () => {
    noteServerDate('Thu, 01 Jan 2026 12:10:00 GMT');

    expect(serverNow() - Date.now()).toBe(599_400);
  });

  it('takes the cut-off part of a second for no difference', () => {
    noteServerDate('Thu, 01 Jan 2026 12:00:00 GMT');

    expect(serverNow()).toBe(now);
  });

  it.each([null, 'yesterday'])('ignores the header %j', (header) => {
    noteServerDate(header);

    expect(serverNow()).toBe(now);
  });
});
