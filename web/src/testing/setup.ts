import { cleanup, configure } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

// Busy machines are slow, not wrong.
configure({ asyncUtilTimeout: 5000 });

beforeEach(() => {
  localStorage.setItem('agent-sandbox.language', 'en');
  // Not in jsdom: it has no layout.
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
});

afterEach(() => {
  cleanup();
  localStorage.clear();
  sessionStorage.clear();
  vi.unstubAllGlobals();
});
