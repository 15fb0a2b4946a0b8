// Tests of what needs attention, and in which order.
import { describe, expect, it } from 'vitest';
import type { HostFigures, InstanceRow, Job, PoolFigures } from '@/api/types';
import { noAmounts } from '@/lib/amounts';
import { type Known, mattersOf } from './matters';

const NOW = Date.parse('2026-03-05T12:00:00Z');
const GIB = 1024 ** 3;

const nothing: Known = {
  now: NOW,
  hosts: [],
  pools: [],
  instances: [],
  names: [],
  jobs: [],
  me: null,
  holders: [],
  hostPath: (name) => `/hosts/${name}`,
};

const kinds = (known: Partial<Known>) =>
  mattersOf({ ...nothing, ...known }).map(({ words }) => words.kind);

const host = (state: HostFigures['state']) =>
  ({ name: state, state, since: '2026-03-05T11:00:00Z' }) as HostFigures;
const pool = (used: number, promised: number, capacity = 100 * GIB) =>
  ({
    name: 'images',
    hosts: ['node1', 'node2'],
    shared: true,
    capacity_bytes: capacity,
    used_bytes: used * GIB,
    promised_bytes: promised * GIB,
  }) as PoolFigures;
const machine = (state: InstanceRow['state']) => ({ id: state, name: state, state }) as InstanceRow;
const job = (state: Job['state'], finished_at: string, error: string | null = 'No room') =>
  ({ id: state + finished_at, kind: 'clone', state, finished_at, error }) as Job;

describe('what needs a person', () => {
  it('is nothing when all is well', () => {
    expect(kinds({ hosts: [host('online')], instances: [machine('running')] })).toEqual([]);
  });

  it('is a host that does not answer before one that is being mended', () => {
    const hosts = [host('maintenance'), host('connecting'), host('offline')];
    expect(kinds({ hosts })).toEqual(['host', 'maintenance', 'connecting']);
  });

  it('is a machine that is missing, has crashed, or was changed outside', () => {
    const changed = { ...machine('running'), drift: true };
    const instances = [machine('missing'), changed, machine('crashed'), machine('shutoff')];
    expect(kinds({ instances })).toEqual(['crashed', 'missing', 'drift']);
  });

  it('is storage that is nearly full, or promised more often than there is', () => {
    expect(kinds({ pools: [pool(91, 50)] })).toEqual(['poolFull']);
    expect(kinds({ pools: [pool(90, 100)] })).toEqual([]);
    expect(kinds({ pools: [pool(10, 101)] })).toEqual(['poolPromised']);
    expect(kinds({ pools: [pool(0, 5, 0)] })).toEqual([]);
  });

  it('is a quota that is nearly used, of me or of somebody else', () => {
    const effective_quota = { ...noAmounts(), instances: 10, vcpus: 0 };
    const usage = { ...noAmounts(), instances: 9, vcpus: 0, memory_mib: 4096 };
    const holding = (instances: number) =>
      ({ effective_quota, usage: { ...usage, instances } }) as NonNullable<Known['me']>;
    expect(kinds({ me: holding(9) })).toEqual([]);
    expect(kinds({ me: holding(10) })).toEqual(['quota']);
    expect(kinds({ holders: [{ ...holding(10), holder: 'ann', to: '/users/ann' }] })).toEqual([
      'quotaOf',
    ]);
  });

  it('is a job that failed within a day', () => {
    const jobs = [
      job('failed', '2026-03-05T11:00:00Z'),
      job('failed', '2026-03-04T11:00:00Z'),
      job('succeeded', '2026-03-05T11:00:00Z'),
      job('undone', '2026-03-05T10:00:00Z'),
      job('undone', '2026-03-05T09:00:00Z', null),
    ];
    expect(kinds({ jobs })).toEqual(['job', 'job']);
  });
});
