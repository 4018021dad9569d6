// Stylesheets are imported for their effect.
/* oxlint-disable import/no-unassigned-import */
import '@mantine/core/styles.css';
import './global.css';
import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { signIn } from './api/client.ts';
import { ApiProblem } from './api/problem.ts';
import { Gate } from './gate.tsx';
import { parseKeyFragment } from './model/key-fragment.ts';
import { theme } from './theme.ts';

/** Our answers do not change by asking again, except when nobody answered at all. */
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => !(error instanceof ApiProblem) && count < 2,
      staleTime: 1_000,
      // A computer without a network still reaches the Wharf that runs on it.
      networkMode: 'always',
    },
    mutations: { networkMode: 'always' },
  },
});

/** A sign-in link works once: the key leaves the address bar and the history before anything else happens. */
async function signInFromLink(): Promise<string | null> {
  const key = parseKeyFragment(window.location.hash);
  if (!key) return null;
  window.history.replaceState(null, '', window.location.pathname + window.location.search);
  try {
    await signIn(key);
    return null;
  } catch (error) {
    return error instanceof ApiProblem && error.problem.status !== 401
      ? error.problem.title
      : 'The link’s key is not valid any more.';
  }
}

function start(linkError: string | null): void {
  const root = document.getElementById('root');
  if (!root) return;
  createRoot(root).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={queries}>
          <Gate linkError={linkError} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}

void signInFromLink().then(start);
