import react from '@vitejs/plugin-react';
import { loadEnv } from 'vite';
import { defineConfig } from 'vitest/config';

export default defineConfig(({ mode }) => {
  const { API_URL = 'http://127.0.0.1:3001' } = loadEnv(mode, '.', 'API_');

  return {
    plugins: [react()],
    server: {
      proxy: { '/api': API_URL, '/docs': API_URL, '/openapi': API_URL },
    },
    build: {
      // The server's policy forbids data: URIs, so nothing may be inlined.
      assetsInlineLimit: 0,
    },
    test: {
      environment: 'jsdom',
      include: ['src/**/*.test.{ts,tsx}'],
      setupFiles: ['src/testing/setup.ts'],
      restoreMocks: true,
      testTimeout: 20_000,
    },
  };
});
