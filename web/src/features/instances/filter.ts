// Which instances the list shows and in which order: read from the URL, pure otherwise.
import type { InstanceRow, InstanceState } from '@/api/types';
import { compareBy } from '@/lib/natural';

export interface Filter {
  q: string;
  state: string[];
  host: string[];
  owner: string[];
  tag: string[];
  kind: string[];
  sort: string;
}

/** Stands for no owner; no user or group can be called so. */
export const NOBODY = '-';

export const LIST_FILTERS = ['state', 'host', 'owner', 'tag', 'kind'] as const;

export function readFilter(parameters: URLSearchParams): Filter {
  const list = (key: string) => parameters.get(key)?.split(',').filter(Boolean) ?? [];
  return {
    q: parameters.get('q') ?? '',
    state: list('state'),
    host: list('host'),
    owner: list('owner'),
    tag: list('tag'),
    kind: list('kind'),
    sort: parameters.get('sort') ?? 'name',
  };
}

export const isFiltered = (filter: Filter) =>
  filter.q !== '' || LIST_FILTERS.some((key) => filter[key].length > 0);

const has = (chosen: string[], values: (string | null)[]) =>
  chosen.length === 0 || values.some((value) => value !== null && chosen.includes(value));

function matches(row: InstanceRow, filter: Filter, words: string[]): boolean {
  if (!has(filter.state, [row.state]) || !has(filter.host, [row.host])) return false;
  if (
    !has(filter.owner, row.owners.length > 0 ? row.owners : [NOBODY]) ||
    !has(filter.tag, row.tags)
  )
    return false;
  const kinds = [row.template ? 'template' : 'machine', row.drift ? 'changed' : null];
  if (!has(filter.kind, kinds)) return false;
  if (words.length === 0) return true;
  const text = [row.name, row.title, row.host, ...row.addresses, ...row.owners, ...row.tags]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** What needs a person comes first when one sorts by state. */
const STATE_ORDER: InstanceState[] = [
  'crashed',
  'missing',
  'unknown',
  'paused',
  'suspended',
  'shutdown',
  'running',
  'shutoff',
];

const SORT_KEYS: Record<string, (row: InstanceRow) => string | number | null> = {
  name: (row) => row.name,
  state: (row) => STATE_ORDER.indexOf(row.state),
  owner: (row) => row.owners[0] ?? null,
  host: (row) => row.host,
  vcpus: (row) => row.vcpus,
  cpu: (row) => row.cpu_percent,
  memory: (row) => row.memory_mib,
  disk: (row) => row.disk_bytes,
  address: (row) => row.addresses[0] ?? null,
  changed: (row) => -Date.parse(row.changed_at),
};

export function applyFilter(rows: InstanceRow[], filter: Filter): InstanceRow[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const key = SORT_KEYS[filter.sort.replace(/^-/, '')] ?? ((row: InstanceRow) => row.name);
  const direction = filter.sort.startsWith('-') ? 'desc' : 'asc';
  const byName = compareBy<InstanceRow>((row) => row.name, 'asc');
  const bySort = compareBy(key, direction);
  return rows
    .filter((row) => matches(row, filter, words))
    .sort((a, b) => bySort(a, b) || byName(a, b));
}
