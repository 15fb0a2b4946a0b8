// Filters and orders of the list, as they stand in the URL.
import { describe, expect, it } from 'vitest';
import type { InstanceRow } from '@/api/types';
import { COLUMNS, fitColumns } from './columns';
import { applyFilter, isFiltered, readFilter } from './filter';

const row = (change: Partial<InstanceRow>): InstanceRow => ({
  id: change.name ?? 'id',
  name: 'ourea1',
  title: null,
  host: 'hv1',
  state: 'running',
  template: false,
  managed: false,
  vcpus: 1,
  memory_mib: 1024,
  disk_bytes: 0,
  addresses: [],
  owners: ['student1'],
  tags: [],
  autostart: false,
  cpu_percent: null,
  memory_used_mib: null,
  changed_at: '2026-01-31T12:00:00Z',
  seen_at: null,
  host_state: 'online',
  job: null,
  drift: false,
  ...change,
});

const rows = [
  row({ name: 'ourea10', cpu_percent: 5, drift: true }),
  row({ name: 'ourea9', title: 'Web server', state: 'crashed', owners: [] }),
  row({ name: 'debian', template: true, state: 'shutoff', owners: ['admin'], host: 'hv2' }),
  row({ name: 'ourea1', addresses: ['192.0.2.7'], cpu_percent: 50 }),
];

const names = (query: string) =>
  applyFilter(rows, readFilter(new URLSearchParams(query))).map(({ name }) => name);

describe('the filter of the list', () => {
  it('orders by name as people count', () => {
    expect(names('')).toEqual(['debian', 'ourea1', 'ourea9', 'ourea10']);
    expect(names('sort=-name')).toEqual(['ourea10', 'ourea9', 'ourea1', 'debian']);
  });

  it('puts what needs a person first when ordered by state', () => {
    expect(names('sort=state')[0]).toBe('ourea9');
  });

  it('keeps rows without a figure last', () => {
    expect(names('sort=cpu').slice(0, 2)).toEqual(['ourea10', 'ourea1']);
    expect(names('sort=-cpu').slice(0, 2)).toEqual(['ourea1', 'ourea10']);
  });

  it('finds words in name, title and address', () => {
    expect(names('q=server+WEB')).toEqual(['ourea9']);
    expect(names('q=192.0.2.7')).toEqual(['ourea1']);
    expect(names('q=nothing')).toEqual([]);
  });

  it('combines several choices', () => {
    expect(names('state=crashed,shutoff')).toEqual(['debian', 'ourea9']);
    expect(names('state=shutoff&host=hv1')).toEqual([]);
    expect(names('kind=template')).toEqual(['debian']);
    expect(names('owner=admin')).toEqual(['debian']);
    expect(names('owner=-')).toEqual(['ourea9']);
    expect(names('kind=changed')).toEqual(['ourea10']);
  });

  it('ignores an unknown order', () => {
    expect(names('sort=colour')).toEqual(names(''));
  });

  it('knows whether anything is filtered', () => {
    expect(isFiltered(readFilter(new URLSearchParams('sort=-name')))).toBe(false);
    expect(isFiltered(readFilter(new URLSearchParams('tag=web')))).toBe(true);
  });
});

describe('the columns', () => {
  it('give way one by one, the name and the state never', () => {
    expect(fitColumns(COLUMNS, 5000)).toHaveLength(COLUMNS.length);
    expect(fitColumns(COLUMNS, 10).map(({ key }) => key)).toEqual(['name', 'state']);
  });
});
