import { act } from '@testing-library/react';
import { vi } from 'vitest';

/** Moves the fake clock, and lets the page follow. */
export function advance(milliseconds: number): void {
  act(() => {
    vi.advanceTimersByTime(milliseconds);
  });
}
