// The dialog for another disk: which pool it goes to, and who chooses that.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '@/i18n';
import type { Disk, Instance, Pool, Role } from '@/api/types';
import { keys } from '../keys';
import { DisksCard } from './Devices';
import { DiskDialog } from './DiskDialog';

const ID = '0a0b0c0d-0000-4000-8000-000000000001';
const INSIDE = { target: 'vda', device: 'disk', pool: 'lab', volume: 'a.qcow2' } as Disk;
const OUTSIDE = { ...INSIDE, pool: null, volume: null };
const AMOUNTS = { instances: 1, vcpus: 1, memory_mib: 256, disk_gib: 1 };
const PLAN = { quota: AMOUNTS, usage_before: AMOUNTS, usage_after: AMOUNTS, problems: [] };

const pool = (name: string, free: number, state = 'running') =>
  ({ name, state, available_bytes: free * 2 ** 30 }) as Pool;
const POOLS = [pool('lab', 10), pool('large', 90), pool('asleep', 500, 'inactive')];

const asked = vi.fn();
const onClose = vi.fn();

const ADD = { action: 'resize', allowed: true, reason: null, remedy: null };

function show(disks: Disk[], role: Role, pools = POOLS, isCard = false) {
  const facts = { id: ID, name: 'ourea7', host: 'hv1', owners: ['ada'], disks, actions: [ADD] };
  const instance = facts as unknown as Instance;
  vi.stubGlobal('fetch', async (url: string, { method, body }: RequestInit) => {
    if (method === 'GET')
      return Response.json(url.endsWith('/pools') ? { items: pools } : instance);
    asked(url.replace(/.*\/disks/, ''), JSON.parse(String(body)));
    return Response.json(url.includes('dry_run') ? PLAN : {});
  });
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.session, { user: 'ada', role });
  client.setQueryData(keys.instance(ID), instance);
  const dialog = <DiskDialog id={ID} disk={null} onClose={onClose} />;
  const element = isCard ? <DisksCard instance={instance} /> : dialog;
  const router = createMemoryRouter([{ path: '*', element }]);
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

const field = () => screen.findByRole<HTMLSelectElement>('combobox', { name: 'Storage pool' });
const addButton = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Add the disk' });
const isReady = () => waitFor(() => expect(addButton().disabled).toBe(false));

describe('another disk', () => {
  it('goes beside the first one, without a question', async () => {
    show([OUTSIDE, INSIDE], 'user');
    await isReady();
    fireEvent.click(addButton());
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(asked).toHaveBeenLastCalledWith('', { size_gib: 10, pool: 'lab' });
    expect(screen.queryByRole('combobox')).toBeNull();
  });

  it('goes to the active pool with the most room where there is none, or to another', async () => {
    show([OUTSIDE], 'administrator');
    await waitFor(async () => expect((await field()).value).toBe('large'));
    await isReady();
    expect(screen.queryByRole('option', { name: /asleep/ })).toBeNull();
    fireEvent.change(await field(), { target: { value: 'lab' } });
    await isReady();
    fireEvent.click(addButton());
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(asked).toHaveBeenLastCalledWith('', { size_gib: 10, pool: 'lab' });
  });

  it('is not asked for where the host has no pool that could take it', async () => {
    show([OUTSIDE], 'administrator', [pool('asleep', 500, 'inactive')]);
    expect(await screen.findByText(/no active storage pool/)).toBeTruthy();
    expect(addButton().disabled).toBe(true);
    expect(asked).not.toHaveBeenCalled();
  });

  it('is not offered to others where there is no disk beside which it could lie', () => {
    const isGrey = () =>
      screen.getByRole('button', { name: 'Add disk…' }).getAttribute('aria-disabled');
    show([OUTSIDE], 'user', POOLS, true);
    expect(isGrey()).toBe('true');
    cleanup();
    show([INSIDE], 'user', POOLS, true);
    expect(isGrey()).not.toBe('true');
    cleanup();
    show([OUTSIDE], 'administrator', POOLS, true);
    expect(isGrey()).not.toBe('true');
  });
});
