// There is, is promised, is really used, of a host and of all together.
import type { HostFigures, Statistics } from '@/api/types';

export interface Capacity {
  /** Null where nobody measures it. */
  used: number | null;
  promised: number;
  /** Null of a host that never answered. */
  there: number | null;
}

export type Capacities = Record<'cpu' | 'memory' | 'disk', Capacity>;

export function capacities(host: HostFigures): Capacities {
  const { cpus, cpu_percent } = host;
  const measured = cpus !== null && cpu_percent !== null;
  return {
    cpu: {
      used: measured ? (cpus * cpu_percent) / 100 : null,
      promised: host.promised_vcpus,
      there: cpus,
    },
    memory: {
      used: host.memory_used_mib,
      promised: host.promised_memory_mib,
      there: host.memory_mib,
    },
    disk: {
      used: host.disk_capacity_bytes > 0 ? host.disk_allocation_bytes : null,
      promised: host.promised_disk_bytes,
      there: host.disk_capacity_bytes > 0 ? host.disk_capacity_bytes : null,
    },
  };
}

/** Storage that several hosts share counts once in all. */
export function inAll(data: Statistics): Capacities {
  const memory = data.by_host.flatMap(({ memory_used_mib }) => memory_used_mib ?? []);
  return {
    cpu: { used: data.cpus_used, promised: data.promised_vcpus, there: data.cpus },
    memory: {
      used: memory.length > 0 ? memory.reduce((sum, used) => sum + used, 0) : null,
      promised: data.promised_memory_mib,
      there: data.memory_mib,
    },
    disk: {
      used: data.disk_allocation_bytes,
      promised: data.promised_disk_bytes,
      there: data.disk_capacity_bytes,
    },
  };
}
