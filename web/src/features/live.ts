// Carries server-sent events into the cached server state, so that pages change by themselves.
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { type Change, subscribe } from '@/api/events';
import type { Group, Host, Instance, InstanceRow, Job, Request, User } from '@/api/types';
import { keys } from './keys';

const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'undone']);

/** Changes that arrive close together are drawn together: a thousand events are one rendering. */
const GATHER_MS = 60;

/** Keeps the cache alive while mounted; false while the stream is interrupted. */
export function useLive(): boolean {
  const client = useQueryClient();
  const [live, setLive] = useState(true);
  useEffect(() => {
    let waiting: Change[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const flush = () => {
      timer = undefined;
      const changes = waiting;
      waiting = [];
      applyChanges(client, changes);
    };
    const stop = subscribe((change) => {
      waiting.push(change);
      timer ??= setTimeout(flush, GATHER_MS);
    }, setLive);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [client]);
  return live;
}

export function applyChanges(client: QueryClient, changes: Change[]) {
  if (changes.some(({ kind }) => kind === 'reset')) {
    void client.invalidateQueries();
    return;
  }
  const rows = new Map<string, InstanceRow | null>();
  for (const change of changes) {
    if (change.kind === 'instance') rows.set(change.id, change.row);
    if (change.kind === 'job' && change.row) applyJob(client, change.row);
    if (change.kind === 'host') applyHost(client, change.id, change.row);
    if (change.kind === 'user') applyUser(client, change.id, change.row);
    if (change.kind === 'group') applyGroup(client, change.id, change.row);
    if (change.kind === 'request') applyRequest(client, change.id, change.row);
    if (change.kind === 'stats') applyStats(client, change.items);
  }
  if (rows.size > 0) applyInstances(client, rows);
}

/** `list` with the rows of `changes` replaced, added or, where null, taken out. */
export function patch<T>(list: T[], changes: Map<string, T | null>, key: (item: T) => string): T[] {
  const fresh = new Map(changes);
  const kept = list.flatMap((item) => {
    const change = fresh.get(key(item));
    if (change === undefined) return [item];
    fresh.delete(key(item));
    return change === null ? [] : [change];
  });
  for (const item of fresh.values()) if (item !== null) kept.push(item);
  return kept;
}

function applyInstances(client: QueryClient, rows: Map<string, InstanceRow | null>) {
  const before = client.getQueryData<InstanceRow[]>(keys.instances);
  client.setQueryData<InstanceRow[]>(keys.instances, (list) =>
    list ? patch(list, rows, ({ id }) => id) : list,
  );
  for (const [id, row] of rows) {
    if (!client.getQueryState(keys.instance(id))) continue;
    if (row) {
      client.setQueryData<Instance>(keys.instance(id), (old) => (old ? { ...old, ...row } : old));
    }
    void client.invalidateQueries({ queryKey: keys.instance(id), exact: true });
  }
  const templates = [...rows.values()].some((row) => row?.template);
  const gone = before?.some(({ id, template }) => template && rows.has(id));
  if (templates || gone) void client.invalidateQueries({ queryKey: keys.templates });
}

function applyJob(client: QueryClient, job: Job) {
  const change = new Map([[job.id, job]]);
  client.setQueryData<Job[]>(keys.jobs, (list) => patch(list ?? [], change, ({ id }) => id));
  if (!ENDED.has(job.state)) return;
  for (const queryKey of [keys.me, keys.names, keys.plans, keys.recentJobs, keys.statistics]) {
    void client.invalidateQueries({ queryKey });
  }
}

function applyHost(client: QueryClient, name: string, row: Host | null) {
  const change = new Map([[name, row]]);
  client.setQueryData<Host[]>(keys.hosts, (list) =>
    list ? patch(list, change, (host) => host.name) : list,
  );
  void client.invalidateQueries({ queryKey: keys.statistics });
}

function applyUser(client: QueryClient, name: string, row: User | null) {
  const change = new Map([[name, row]]);
  client.setQueryData<User[]>(keys.users, (list) =>
    list ? patch(list, change, (user) => user.name) : list,
  );
  client.setQueryData<User>(keys.user(name), (old) => (old && row ? row : old));
  void client.invalidateQueries({ queryKey: keys.me });
  void client.invalidateQueries({ queryKey: keys.allLoans });
}

function applyGroup(client: QueryClient, name: string, row: Group | null) {
  const change = new Map([[name, row]]);
  client.setQueryData<Group[]>(keys.groups, (list) =>
    list ? patch(list, change, (group) => group.name) : list,
  );
  client.setQueryData<Group>(keys.group(name), (old) => (old && row ? row : old));
  void client.invalidateQueries({ queryKey: keys.me });
  void client.invalidateQueries({ queryKey: keys.allLoans });
}

function applyRequest(client: QueryClient, id: string, row: Request | null) {
  const change = new Map([[id, row]]);
  client.setQueryData<Request[]>(keys.requests, (list) =>
    list ? patch(list, change, (request) => request.id) : list,
  );
}

function applyStats(client: QueryClient, items: [string, number | null, number | null][]) {
  const fresh = new Map(items.map(([id, cpu, memory]) => [id, { cpu, memory }]));
  const update = <T extends InstanceRow>(row: T): T => {
    const numbers = fresh.get(row.id);
    if (!numbers) return row;
    return { ...row, cpu_percent: numbers.cpu, memory_used_mib: numbers.memory };
  };
  client.setQueryData<InstanceRow[]>(keys.instances, (list) => list?.map(update));
  for (const id of fresh.keys()) {
    client.setQueryData<Instance>(keys.instance(id), (old) => (old ? update(old) : old));
  }
}
