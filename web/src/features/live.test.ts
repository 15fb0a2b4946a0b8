// How events change the cached server state.
import { QueryClient } from '@tanstack/react-query';
import { beforeEach, describe, expect, it } from 'vitest';
import type { InstanceRow, Job } from '@/api/types';
import { keys } from './keys';
import { applyChanges, patch } from './live';

const row = (id: string, change: Partial<InstanceRow> = {}) =>
  ({
    id,
    name: id,
    state: 'running',
    template: false,
    cpu_percent: null,
    ...change,
  }) as InstanceRow;

let client: QueryClient;
const instances = () => client.getQueryData<InstanceRow[]>(keys.instances);

beforeEach(() => {
  client = new QueryClient();
  client.setQueryData(keys.instances, [row('a'), row('b')]);
});

describe('events', () => {
  it('replace, add and take out rows', () => {
    applyChanges(client, [
      { kind: 'instance', id: 'a', row: row('a', { state: 'shutoff' }) },
      { kind: 'instance', id: 'b', row: null },
      { kind: 'instance', id: 'c', row: row('c') },
    ]);
    expect(instances()?.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'a shutoff',
      'c running',
    ]);
  });

  it('count only the last of several changes of one row', () => {
    applyChanges(client, [
      { kind: 'instance', id: 'c', row: row('c') },
      { kind: 'instance', id: 'c', row: null },
    ]);
    expect(instances()).toHaveLength(2);
  });

  it('carry figures into the rows', () => {
    applyChanges(client, [{ kind: 'stats', items: [['a', 42, 512]] }]);
    expect(instances()?.[0]).toMatchObject({ cpu_percent: 42, memory_used_mib: 512 });
    expect(instances()?.[1]?.cpu_percent).toBeNull();
  });

  it('keep a job that ended, so that its result is seen', () => {
    const job = { id: 'j', state: 'succeeded' } as Job;
    applyChanges(client, [{ kind: 'job', id: 'j', row: job }]);
    expect(client.getQueryData<Job[]>(keys.jobs)).toEqual([job]);
  });

  it('fetch what is lent anew when an account or a group changed', () => {
    const lent = () => client.getQueryState(keys.loans('user:eva'))?.isInvalidated;
    client.setQueryData(keys.loans('user:eva'), []);
    applyChanges(client, [{ kind: 'request', id: 'r', row: null }]);
    expect(lent()).toBe(false);
    applyChanges(client, [{ kind: 'user', id: 'eva', row: null }]);
    expect(lent()).toBe(true);
    client.setQueryData(keys.loans('user:eva'), []);
    applyChanges(client, [{ kind: 'group', id: 'web', row: null }]);
    expect(lent()).toBe(true);
  });

  it('throw everything away when events were missed', () => {
    applyChanges(client, [{ kind: 'reset' }]);
    expect(client.getQueryState(keys.instances)?.isInvalidated).toBe(true);
  });
});

describe('patch', () => {
  it('keeps the order of what stays', () => {
    const list = ['a1', 'b1', 'c1'];
    const changes = new Map([
      ['b', 'b2'],
      ['d', 'd2'],
    ]);
    expect(patch(list, changes, (text) => text.charAt(0))).toEqual(['a1', 'b2', 'c1', 'd2']);
  });
});
