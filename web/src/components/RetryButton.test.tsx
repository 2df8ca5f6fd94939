import { fireEvent, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { advance } from '../testing/advance';
import { renderWithI18n } from '../testing/render';
import { RetryButton } from './RetryButton';

describe('RetryButton', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  it('counts down, and works only at the end', () => {
    const onRetry = vi.fn();
    renderWithI18n(<RetryButton label="Try again" waitMs={3000} onRetry={onRetry} />);
    const button = screen.getByRole('button');
    expect(button.textContent).toBe('Try again in 3 seconds');

    advance(2500);
    fireEvent.click(button);
    expect(button.textContent).toBe('Try again in 1 second');
    expect(onRetry).not.toHaveBeenCalled();

    advance(500);
    fireEvent.click(button);
    expect(button.textContent).toBe('Try again');
    expect(onRetry).toHaveBeenCalledOnce();
  });
});
