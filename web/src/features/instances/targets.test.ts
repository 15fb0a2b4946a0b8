// The hosts of a migration: their order, the choice among them, its limits.
import { describe, expect, it } from 'vitest';
import type { MigrationTarget } from '@/api/types';
import { byFitness, chosenTarget, fitnessOf, toLimit, wayOf } from './targets';

const target = (host: string, changes: Partial<MigrationTarget> = {}): MigrationTarget => ({
  host,
  state: 'online',
  blockers: [],
  needs_storage: false,
  memory_free_mib: 2048,
  warnings: [],
  ...changes,
});
const blocked = { blockers: [{ kind: 'memory' as const, reason: 'Too small.' }] };
const copying = { needs_storage: true };

describe('a machine', () => {
  it('moves as it runs, paused, or as a definition alone', () => {
    expect(wayOf('running')).toBe('on');
    expect(wayOf('shutdown')).toBe('on');
    expect(wayOf('suspended')).toBe('paused');
    expect(wayOf('crashed')).toBe('off');
  });
});

describe('a host', () => {
  it('that the disks have to be copied to is blocked all the same by anything else', () => {
    expect(fitnessOf(target('hv1'))).toBe('fit');
    expect(fitnessOf(target('hv1', copying))).toBe('copying');
    expect(fitnessOf(target('hv1', { ...copying, ...blocked }))).toBe('blocked');
  });
});

describe('the order of hosts', () => {
  it('has those without warnings before others that can take it', () => {
    const targets = [target('hv1', { warnings: ['No.'] }), target('hv2'), target('hv3', copying)];
    expect(byFitness(targets).map(({ host }) => host)).toEqual(['hv2', 'hv1', 'hv3']);
  });

  it('is by how easily they can take it, then by name', () => {
    const targets = [
      target('hv1', blocked),
      target('hv10'),
      target('hv3', copying),
      target('hv9'),
      target('hv2', blocked),
    ];
    expect(byFitness(targets).map(({ host }) => host)).toEqual([
      'hv9',
      'hv10',
      'hv3',
      'hv1',
      'hv2',
    ]);
  });
});

describe('the choice', () => {
  it('is made by itself where only one host can take it', () => {
    expect(chosenTarget([target('hv1', blocked), target('hv2', copying)], null)?.host).toBe('hv2');
    expect(chosenTarget([target('hv1'), target('hv2')], null)).toBeUndefined();
    expect(chosenTarget([], null)).toBeUndefined();
  });

  it('is lost when its host can no longer take it', () => {
    expect(chosenTarget([target('hv1'), target('hv2')], 'hv2')?.host).toBe('hv2');
    expect(chosenTarget([target('hv1'), target('hv2', blocked)], 'hv2')).toBeUndefined();
  });
});

describe('a limit', () => {
  it('is a whole number within bounds, or none', () => {
    expect(toLimit(' ', 500)).toBeNull();
    expect(toLimit(' 250 ', 500)).toBe(250);
    expect(toLimit('500', 500)).toBe(500);
    for (const wrong of ['0', '501', '1.5', '-1', 'fast', '1e2']) {
      expect(toLimit(wrong, 500), wrong).toBeUndefined();
    }
  });
});
