// The dialog that moves a machine: what it shows of each host, and what it asks for.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '@/i18n';
import type { MigrationTarget } from '@/api/types';
import { keys } from '../keys';
import { MigrateDialog } from './MigrateDialog';

const ID = '0a0b0c0d-0000-4000-8000-000000000001';
const AT = `/api/v1/instances/${ID}/migrate`;
const JOB = { id: 'j1', kind: 'migrate', state: 'queued', steps: [] };

const TARGETS: MigrationTarget[] = [
  {
    host: 'hv1',
    state: 'online',
    blockers: [{ kind: 'network', reason: 'It has no network lab.' }],
    needs_storage: false,
    memory_free_mib: 512,
    warnings: [],
  },
  {
    host: 'hv2',
    state: 'online',
    blockers: [],
    needs_storage: true,
    memory_free_mib: 4096,
    warnings: [],
  },
  {
    host: 'hv3',
    state: 'online',
    blockers: [],
    needs_storage: false,
    memory_free_mib: null,
    warnings: ['It is not in the cluster east.'],
  },
];

const sent = vi.fn();
const onClose = vi.fn();

function show(
  items: MigrationTarget[],
  answer: [number, unknown] = [202, { job: JOB }],
  host?: string,
) {
  vi.stubGlobal('fetch', async (url: string, { method, body }: RequestInit) => {
    if (method === 'GET') return Response.json({ items, total: items.length, next_cursor: null });
    sent(`${method} ${url}`, JSON.parse(String(body)));
    return Response.json(answer[1], { status: answer[0] });
  });
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.instance(ID), { id: ID, name: 'ourea7', state: 'running' });
  const element = <MigrateDialog id={ID} host={host} onClose={onClose} />;
  const router = createMemoryRouter([{ path: '*', element }]);
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return client;
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

const radio = (name: string) => screen.findByRole<HTMLInputElement>('radio', { name });
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

describe('moving a machine', () => {
  it('shows in plain view why a host cannot take it', async () => {
    show(TARGETS);
    expect((await radio('hv1')).disabled).toBe(true);
    expect(screen.getByText('It has no network lab.')).toBeTruthy();
    expect(button('Move it').disabled).toBe(true);
  });

  it('begins at the host that is chosen, though that comes after the dialog', async () => {
    show(TARGETS);
    await waitFor(async () => expect(document.activeElement).toBe(await radio('hv3')));
    cleanup();
    show(TARGETS, undefined, 'hv2');
    await waitFor(async () => expect(document.activeElement).toBe(await radio('hv2')));
  });

  it('copies the disks along where that is needed, and shows the task at once', async () => {
    const client = show(TARGETS);
    fireEvent.click(await radio('hv2'));
    fireEvent.click(button('Move it to hv2'));
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(sent).toHaveBeenCalledWith(`POST ${AT}`, { host: 'hv2', storage: true });
    expect(client.getQueryData(keys.jobs)).toEqual([JOB]);
  });

  it('goes as fast as somebody wants, and not with a limit that is no number', async () => {
    show(TARGETS);
    fireEvent.click(await radio('hv3'));
    const limit = screen.getByLabelText(/MiB/);
    fireEvent.change(limit, { target: { value: 'slowly' } });
    expect(button('Move it to hv3').disabled).toBe(true);
    fireEvent.change(limit, { target: { value: '80' } });
    fireEvent.click(button('Move it to hv3'));
    await waitFor(() => expect(sent).toHaveBeenCalled());
    expect(sent).toHaveBeenCalledWith(`POST ${AT}`, { host: 'hv3', bandwidth_mib_s: 80 });
  });

  it('says beside the hosts why the server refused it', async () => {
    const detail = 'ourea7 cannot go to hv3: It is in maintenance.';
    show(TARGETS, [
      409,
      { title: 'Conflict', status: 409, kind: 'conflict', detail, field: 'host' },
    ]);
    fireEvent.click(await radio('hv3'));
    fireEvent.click(button('Move it to hv3'));
    expect(await screen.findByText(detail)).toBeTruthy();
    expect(onClose).not.toHaveBeenCalled();
  });

  it('warns of a host that is not the best, and does not forbid it', async () => {
    show(TARGETS, undefined, 'hv3');
    expect((await radio('hv3')).checked).toBe(true);
    expect(screen.getByText('It is not in the cluster east.')).toBeTruthy();
    expect(button('Move it to hv3').disabled).toBe(false);
  });

  it('leads to the hosts where there is no other', async () => {
    show([]);
    fireEvent.click(await screen.findByRole('link', { name: 'Hosts' }));
    expect(onClose).toHaveBeenCalled();
    expect(screen.queryByRole('radio')).toBeNull();
  });
});
