// The log's filters, links and details.
import { describe, expect, it } from 'vitest';
import { machineIds, objectPage, proofOf, readDetail, readFilter, toQuery } from './audit';

const filter = (text: string) => readFilter(new URLSearchParams(text));

describe('a filter in a URL', () => {
  it('is read with all its parts, and leaves out what it cannot mean', () => {
    expect(filter('actor=bob&via=token&result=refused&since=2026-01-31&q=web&page=3')).toEqual({
      actor: 'bob',
      via: 'token',
      result: 'refused',
      since: '2026-01-31',
      q: 'web',
    });
    expect(filter('via=telepathy&result=perhaps&since=yesterday&actor=%20')).toEqual({});
  });

  it('counts both days whole, where the browser is', () => {
    const { since, until, actor } = toQuery(filter('since=2026-01-30&until=2026-01-31&actor=bob'));
    expect(since).toBe(new Date(2026, 0, 30).toISOString());
    expect(until).toBe(new Date(2026, 1, 1).toISOString());
    expect(actor).toBe('bob');
  });

  it('takes a full time as it is', () => {
    expect(toQuery(filter('since=2026-01-31T10:00:00Z')).since).toBe('2026-01-31T10:00:00Z');
  });
});

describe('a request for a machine', () => {
  it('says by name what it is to be made from, where that is known', () => {
    const instance = { from: '0a0b0c0d-0000-4000-8000-000000000001', vcpus: 2 };
    const fields = (after: object) => readDetail({ after }).changes.map(({ field }) => field);
    expect(fields({ instance, origin: 'debian' })).toEqual(['instance.vcpus', 'origin']);
    expect(fields({ instance })).toEqual(['instance.from', 'instance.vcpus']);
  });
});

describe('what a record is about', () => {
  it('leads to its page', () => {
    const id = '0a0b0c0d-0000-4000-8000-000000000001';
    expect(objectPage(`instance:${id}`)).toEqual({ path: `/instances/${id}`, role: 'user' });
    expect(objectPage('user:o:brien')).toEqual({ path: '/users/o%3Abrien', role: 'staff' });
    expect(objectPage('group:web')?.path).toBe('/groups/web');
    expect(objectPage('settings')?.path).toBe('/settings');
  });

  it('leads nowhere where there is no page', () => {
    expect(objectPage('token:0a0b0c0d')).toBeNull();
    expect(objectPage(null)).toBeNull();
  });
});

describe('the detail of a record', () => {
  it('tells only the fields that changed', () => {
    const { changes, facts } = readDetail({
      before: { email: 'old@example.org', role: 'user', quota: { vcpus: 2, disk_gib: null } },
      after: { email: 'new@example.org', role: 'user', quota: { vcpus: 4, disk_gib: null } },
      password: 'set',
    });
    expect(changes).toEqual([
      { field: 'email', before: 'old@example.org', after: 'new@example.org' },
      { field: 'quota.vcpus', before: 2, after: 4 },
    ]);
    expect(facts).toEqual([{ field: 'password', value: 'set' }]);
  });

  it('tells what was made without what it does not have, nor its id', () => {
    const { changes } = readDetail({
      before: null,
      after: { id: '7', name: 'backup', instances: null },
    });
    expect(changes).toEqual([{ field: 'name', before: undefined, after: 'backup' }]);
  });

  it('tells of an approved request what was given, and not that the rest has no limit', () => {
    const { changes } = readDetail({
      before: { state: 'open', granted: null, answer: null },
      after: {
        state: 'approved',
        granted: { quota: { instances: null, vcpus: 2 }, expires_at: null, instance: null },
        answer: null,
      },
    });
    expect(changes).toEqual([
      { field: 'state', before: 'open', after: 'approved' },
      { field: 'granted.quota.vcpus', before: undefined, after: 2 },
    ]);
  });

  it('tells that a limit was taken away', () => {
    const { changes } = readDetail({ before: { vcpus: 2 }, after: { vcpus: null } });
    expect(changes).toEqual([{ field: 'vcpus', before: 2, after: null }]);
  });

  it('tells what was removed', () => {
    const { changes } = readDetail({ before: { title: 'laptop', email: null }, after: null });
    expect(changes).toEqual([{ field: 'title', before: 'laptop', after: undefined }]);
  });

  it('tells single values and their holder', () => {
    const { changes, facts } = readDetail({ grantee: 'user:bob', before: '', after: 'see,power' });
    expect(changes).toEqual([{ field: '', before: '', after: 'see,power' }]);
    expect(facts).toEqual([{ field: 'grantee', value: 'user:bob' }]);
  });

  it('may hold nothing', () => {
    for (const nothing of [null, undefined, '', {}]) {
      expect(readDetail(nothing)).toEqual({ changes: [], facts: [] });
    }
  });
});

describe('machines in a detail', () => {
  const id = '0a0b0c0d-0000-4000-8000-000000000001';

  it('are told from amounts and other ids', () => {
    expect(machineIds('instances', [id, id])).toEqual([id, id]);
    expect(machineIds('granted.instance', id)).toEqual([id]);
    expect(machineIds('quota.instances', 4)).toBeNull();
    expect(machineIds('instances', [])).toBeNull();
    expect(machineIds('instances', [id, 'web1'])).toBeNull();
    expect(machineIds('request', id)).toBeNull();
  });
});

describe('the proof', () => {
  const at = '2026-01-31T10:00:00Z';
  const later = '2026-01-31T10:00:01Z';

  it('holds for all only if nothing was written since', () => {
    expect(proofOf({ at, verified: true, verified_at: later })).toBe('whole');
    expect(proofOf({ at: later, verified: true, verified_at: at })).toBe('older');
  });

  it('says when it is broken or was not made', () => {
    expect(proofOf({ at, verified: false, verified_at: later })).toBe('broken');
    expect(proofOf({ at, verified: null, verified_at: null })).toBe('unknown');
  });
});
