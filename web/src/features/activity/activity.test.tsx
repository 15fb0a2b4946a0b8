// The log as people see it: what leads where, what was done outside, what changed.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, describe, expect, it } from 'vitest';
import type { AuditRecord, Role } from '@/api/types';
import '@/i18n';
import { keys } from '../keys';
import { AuditTable } from './AuditTable';

afterEach(cleanup);

const ID = '0a0b0c0d-0000-4000-8000-000000000001';

const RECORD: AuditRecord = {
  seq: 7,
  at: '2026-01-31T10:00:00Z',
  actor: 'bob',
  via: 'session',
  means: null,
  on_behalf_of: null,
  address: '192.0.2.1',
  action: 'instance.start',
  object: `instance:${ID}`,
  object_name: 'ourea7',
  result: 'ok',
  detail: {},
  request_id: 'a1b2-3',
};

function show(record: Partial<AuditRecord>, role: Role = 'staff') {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.session, { user: 'sam', role });
  client.setQueryData(keys.instances, [{ id: ID, name: 'ourea7' }]);
  const items = [{ ...RECORD, ...record }];
  const query = { data: { pages: [{ items, total: 1, next_cursor: null }], pageParams: [null] } };
  const table = (
    <AuditTable query={query as unknown as Parameters<typeof AuditTable>[0]['query']} />
  );
  const router = createMemoryRouter([{ path: '/', element: table }]);
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}

const target = (name: string) => screen.getByRole('link', { name }).getAttribute('href');
const open = () => fireEvent.click(screen.getByRole('button', { name: /^Details of record 7/ }));

describe('what a record is about', () => {
  it('is a link to the machine', () => {
    show({});
    expect(target('ourea7')).toBe(`/instances/${ID}`);
  });

  it('is a link to the account for staff, and a name for others', () => {
    show({ object: 'user:bob', object_name: 'bob', actor: 'alice' });
    expect(target('bob')).toBe('/users/bob');
    cleanup();
    show({ object: 'user:bob', object_name: 'bob', actor: 'alice' }, 'user');
    expect(screen.queryByRole('link')).toBeNull();
    expect(screen.getByText('bob')).toBeTruthy();
  });
});

describe('a record', () => {
  it('that was made outside says so', () => {
    show({ via: 'outside', actor: null, address: null });
    expect(screen.getByText('outside of Ourea')).toBeTruthy();
    open();
    expect(screen.getByText(/was not done through Ourea/)).toBeTruthy();
  });

  it('shows each field that changed before and after', () => {
    show({ detail: { before: { vcpus: 2, title: 'a' }, after: { vcpus: 4, title: 'a' } } });
    expect(screen.queryByRole('columnheader', { name: 'Before' })).toBeNull();
    open();
    const row = screen.getByRole('row', { name: /^vCPU/ });
    expect(row.textContent).toBe('vCPU2→ 4');
    expect(screen.queryByRole('row', { name: /^title/ })).toBeNull();
  });

  it('says states, kinds, sizes and limits in the words of the pages', () => {
    const granted = { quota: { vcpus: 2, memory_mib: 4096, disk_gib: null }, expires_at: null };
    show({
      action: 'request.approve',
      detail: {
        before: { state: 'open', granted: null },
        after: { state: 'approved', kind: 'quota', granted },
        size_bytes: 2 * 1024 ** 3,
        volumes: [{ pool: 'lab', name: 'a.qcow2', capacity_bytes: 1024 ** 3, kept_reason: null }],
      },
    });
    open();
    const row = (name: RegExp) => screen.getByRole('row', { name }).textContent;
    expect(row(/^state/)).toBe('stateOpen→ Approved');
    expect(row(/^kind/)).toBe('kind–→ more quota');
    expect(row(/^memory/)).toBe('memory–→ 4\u00a0GiB');
    expect(screen.queryByRole('row', { name: /^disk/ })).toBeNull();
    expect(screen.getByText('2 GiB')).toBeTruthy();
    expect(screen.getByText('pool lab · name a.qcow2 · size 1 GiB')).toBeTruthy();
  });

  it('calls the machines of a token by name, as far as they are known', () => {
    const gone = '0a0b0c0d-0000-4000-8000-000000000002';
    show({ object: 'token:7', detail: { before: null, after: { instances: [ID, gone] } } });
    expect(screen.getByText('machines: 2')).toBeTruthy();
    open();
    expect(screen.getByRole('row', { name: /^machines/ }).textContent).toBe(
      `machines–→ ourea7, ${gone}`,
    );
    expect(target('ourea7')).toBe(`/instances/${ID}`);
    expect(screen.queryByRole('link', { name: gone })).toBeNull();
  });

  it('gives the id of its request to copy, and the way to all of its kind to staff alone', () => {
    show({});
    open();
    expect(screen.getByRole('button', { name: 'a1b2-3, Copy' })).toBeTruthy();
    expect(target('Everything by bob')).toBe('/activity?actor=bob');
    cleanup();
    show({}, 'user');
    open();
    expect(screen.queryByRole('link', { name: 'Everything by bob' })).toBeNull();
  });

  it('names the token and for whom it was done', () => {
    show({ via: 'token', means: 'backup', on_behalf_of: 'group:web' });
    expect(screen.getByText(/token “backup”/)).toBeTruthy();
    expect(screen.getByText('for web')).toBeTruthy();
  });
});
