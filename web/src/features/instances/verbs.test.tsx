// What a verb of a row's menu came to is told although the menu is gone by then.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { useState } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';
import '@/i18n';
import type { InstanceRow } from '@/api/types';
import { Toasts } from '@/ui/Toasts';
import { keys } from '../keys';
import { RowActions } from './RowActions';

const ID = '0a0b0c0d-0000-4000-8000-000000000001';
const ROW = { id: ID, name: 'ourea7', state: 'running', host_state: 'online', job: null };
const SHUT_DOWN = { action: 'shutdown', allowed: true, reason: null, remedy: null };

let answer: (response: Response) => void = () => {};

/** A list whose row can be taken away, as a filter or another page does it. */
function List() {
  const [isShown, setShown] = useState(true);
  return (
    <Toasts>
      {isShown && <RowActions row={ROW as unknown as InstanceRow} />}
      <button onClick={() => setShown(false)}>Away</button>
    </Toasts>
  );
}

function show() {
  vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (answer = resolve)));
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.session, { user: 'sam', role: 'user' });
  client.setQueryData(keys.instance(ID), { ...ROW, template: false, actions: [SHUT_DOWN] });
  const router = createMemoryRouter([{ path: '*', element: <List /> }]);
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}

async function shutDown() {
  show();
  fireEvent.click(screen.getByRole('button', { name: 'Actions on ourea7' }));
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Shut down' }));
  fireEvent.click(screen.getByRole('button', { name: 'Away' }));
  expect(screen.queryByRole('menuitem')).toBeNull();
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('says that it was done', async () => {
  await shutDown();
  await act(async () => answer(Response.json({ ...ROW, state: 'shutdown' })));
  expect(await screen.findByText('ourea7 is shutting down')).toBeTruthy();
});

it('says why it was refused', async () => {
  await shutDown();
  const problem = {
    status: 409,
    title: 'Conflict',
    detail: 'It is being moved.',
    kind: 'conflict',
  };
  await act(async () => answer(Response.json(problem, { status: 409 })));
  expect(await screen.findByText('Shut down failed: ourea7')).toBeTruthy();
  expect(screen.getByText('It is being moved.')).toBeTruthy();
});
