import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';

import { queryDefaults } from '../api/queryDefaults';
import { App } from '../App';
import { I18nProvider } from '../i18n/I18nProvider';

export function renderApp() {
  const client = new QueryClient({
    defaultOptions: { ...queryDefaults, queries: { ...queryDefaults.queries, retry: false } },
  });
  return render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
  );
}

export function renderWithI18n(children: ReactNode) {
  return render(<I18nProvider>{children}</I18nProvider>);
}
