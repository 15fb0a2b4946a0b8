// What is shown of a session, also while it ends.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { keys } from '../keys';
import { useSession, useSignedIn } from './hooks';

test('what is still shown when the session ends does not break', async () => {
  const client = new QueryClient();
  client.setQueryData(keys.session, { user: 'sam', role: 'user' });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => ({ shown: useSignedIn(), now: useSession().data }), {
    wrapper,
  });
  act(() => void client.setQueryData(keys.session, null));
  await waitFor(() => expect(result.current.now).toBeNull());
  expect(result.current.shown.user).toBe('sam');
});
