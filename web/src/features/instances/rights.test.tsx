// What somebody may do in the end, as whoever asks reads it.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';
import '@/i18n';
import type { EffectiveRight, Role } from '@/api/types';
import { keys } from '../keys';
import { EffectiveRights } from './EffectiveRights';

const CONSOLE: EffectiveRight = {
  right: 'console',
  allowed: true,
  because: ['grant to group:all (through group:web)'],
  reason: null,
  remedy: null,
};

const RESIZE: EffectiveRight = {
  right: 'resize',
  allowed: false,
  because: [],
  reason: 'You need the right “resize” on this instance.',
  remedy: 'Its owner, the staff or an administrator can give it to you.',
};

function ask(about: string, role: Role = 'staff') {
  vi.stubGlobal('fetch', async () =>
    Response.json({ user: about, instance: 'i1', rights: [CONSOLE, RESIZE] }),
  );
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.session, { user: 'sam', role });
  client.setQueryData(keys.me, { groups: ['web'] });
  client.setQueryData(keys.users, []);
  const router = createMemoryRouter([{ path: '*', element: <EffectiveRights id="i1" /> }]);
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  fireEvent.change(screen.getByLabelText('User name'), { target: { value: about } });
  fireEvent.click(screen.getByRole('button', { name: 'Show' }));
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const link = (name: string) => screen.queryByRole('link', { name })?.getAttribute('href') ?? null;

it('speaks of somebody else by name, and leads to the groups', async () => {
  ask('bob');
  expect(await screen.findByText(/Nothing gives bob this right/)).toBeTruthy();
  expect(screen.queryByText(/You need/)).toBeNull();
  expect(screen.queryByText(/group:/)).toBeNull();
  expect(link('all')).toBe('/groups/all');
  expect(link('web')).toBe('/groups/web');
});

it('leads nowhere that one may not see', async () => {
  ask('bob', 'user');
  await screen.findByText('all');
  expect(link('all')).toBeNull();
  expect(link('web')).toBe('/groups/web');
});

it('says “you” to oneself', async () => {
  ask('sam');
  expect(await screen.findByText(/You need the right/)).toBeTruthy();
});
