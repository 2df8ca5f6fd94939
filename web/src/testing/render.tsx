import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen } from '@testing-library/react';
import type { ReactNode } from 'react';

import { queryDefaults } from '../api/queryDefaults';
import { App } from '../App';
import { I18nProvider } from '../i18n/I18nProvider';

/** The whole page, as it stands once the server has said who the caller is. */
export async function renderApp() {
  const client = new QueryClient({
    defaultOptions: { ...queryDefaults, queries: { ...queryDefaults.queries, retry: false } },
  });
  const page = render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
  );
  await screen.findByRole('main');
  return page;
}

export function renderWithI18n(children: ReactNode) {
  return render(<I18nProvider>{children}</I18nProvider>);
}
