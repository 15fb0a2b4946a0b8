// Tests of what is counted as there, promised and used.
import { describe, expect, it } from 'vitest';
import type { HostFigures, Statistics } from '@/api/types';
import { capacities, inAll } from './capacity';

const host = (figures: Partial<HostFigures>) =>
  ({
    cpus: null,
    cpu_percent: null,
    memory_mib: null,
    memory_used_mib: null,
    promised_vcpus: 4,
    promised_memory_mib: 2048,
    promised_disk_bytes: 0,
    disk_capacity_bytes: 0,
    disk_allocation_bytes: 0,
    ...figures,
  }) as HostFigures;

describe('what a host has', () => {
  it('is no zero where nobody knows', () => {
    const { cpu, memory, disk } = capacities(host({}));
    expect([cpu.used, cpu.there, memory.used, disk.there]).toEqual([null, null, null, null]);
    expect(capacities(host({ cpus: 8 })).cpu).toEqual({ used: null, promised: 4, there: 8 });
  });

  it('is counted in processors at work', () => {
    expect(capacities(host({ cpus: 8, cpu_percent: 25 })).cpu.used).toBe(2);
    expect(capacities(host({ cpus: 8, cpu_percent: 0 })).cpu.used).toBe(0);
  });

  it('adds up over those that say', () => {
    const by_host = [host({ memory_used_mib: 100 }), host({}), host({ memory_used_mib: 50 })];
    const all = (hosts: HostFigures[]) =>
      inAll({ by_host: hosts, cpus_used: null } as Statistics).memory.used;
    expect(all(by_host)).toBe(150);
    expect(all([host({})])).toBeNull();
  });
});
