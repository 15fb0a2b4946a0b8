// Starts the front end: styles, texts, server state, routes.
import '@patternfly/react-core/dist/styles/base.css';
import './ui/styles/index.css';
import './i18n';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { ApiError, whenSignedOut } from './api/client';
import { keys } from './features/keys';
import { router } from './router';
import { AppliedTheme } from './ui/theme';

const RETRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    // The browser's own idea of being offline says nothing of a server that may be next to it.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 10_000,
      // What the server has refused it will refuse again.
      retry: (count, error) =>
        count < RETRIES && !(error instanceof ApiError && error.problem.status < 500),
    },
  },
});

whenSignedOut(() => client.setQueryData(keys.session, null));

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <AppliedTheme />
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
