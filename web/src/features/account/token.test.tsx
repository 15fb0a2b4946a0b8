// A token is shown once: the dialog does not go by accident, and begins where it is copied.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import '@/i18n';
import { TokenDialog } from './TokenDialog';

const onClose = vi.fn();

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

it('is kept until somebody says that they have it', async () => {
  vi.stubGlobal('fetch', async (_: string, { method }: RequestInit) =>
    Response.json(method === 'GET' ? { items: [] } : { id: 't', name: 'backup', token: 'secret' }),
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <TokenDialog onClose={onClose} />
    </QueryClientProvider>,
  );
  fireEvent.change(screen.getByRole('textbox', { name: /Name/ }), { target: { value: 'backup' } });
  fireEvent.click(screen.getByRole('button', { name: 'Make the token' }));
  const copy = await screen.findByRole('button', { name: 'Copy the token' });
  await waitFor(() => expect(document.activeElement).toBe(copy));
  fireEvent.keyDown(document.body, { key: 'Escape' });
  fireEvent.click(document.querySelector('.pf-v6-c-backdrop') as Element);
  expect(onClose).not.toHaveBeenCalled();
  expect(screen.queryByRole('button', { name: 'Close' })).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'I have kept it' }));
  expect(onClose).toHaveBeenCalledTimes(1);
});
