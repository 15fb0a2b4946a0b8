// What needs a person, from what is known of hosts, machines, storage, names, quotas and jobs.
import type { Allowance, HostFigures, InstanceRow, Job, Name, PoolFigures } from '@/api/types';
import { DIMENSIONS, type Dimension } from '@/lib/amounts';
import { share } from '@/lib/quota';

/** What is said of a matter; the words are in the catalogue under `attention`. */
export type Words =
  | { kind: 'host' | 'connecting'; name: string; since: string | null }
  | { kind: 'maintenance' | 'crashed' | 'drift'; name: string }
  | { kind: 'missing'; name: string; host: string }
  | { kind: 'poolFull'; name: string; host: string; percent: number }
  | { kind: 'poolPromised'; name: string; host: string; promised: number; capacity: number }
  | { kind: 'name'; name: string; problem: string }
  | { kind: 'quota'; dimension: Dimension }
  | { kind: 'quotaOf'; holder: string; dimension: Dimension }
  | { kind: 'job'; job: Job };

export interface Matter {
  key: string;
  isBad: boolean;
  to: string;
  words: Words;
}

export interface Known {
  now: number;
  hosts: readonly HostFigures[];
  pools: readonly PoolFigures[];
  instances: readonly InstanceRow[];
  names: readonly Name[];
  jobs: readonly Job[];
  /** My own quota, and those of others where I may see them. */
  me: Pick<Allowance, 'effective_quota' | 'usage'> | null;
  holders: readonly Holding[];
  /** Where a host is shown; not everybody may see its page. */
  hostPath: (name: string) => string;
}

export interface Holding extends Pick<Allowance, 'effective_quota' | 'usage'> {
  holder: string;
  to: string;
}

const NEARLY_FULL_PERCENT = 90;
const DAY = 24 * 3600_000;

export function mattersOf(known: Known): Matter[] {
  return [
    ...known.hosts.flatMap((host) => ofHost(host, known.hostPath)),
    ...known.instances.flatMap(ofInstance),
    ...known.pools.flatMap((pool) => ofPool(pool, known.hostPath)),
    ...failed(known.jobs, known.now),
    ...known.names.flatMap(ofName),
    ...(known.me ? ofMe(known.me) : []),
    ...known.holders.flatMap(ofHolder),
  ].sort((a, b) => Number(b.isBad) - Number(a.isBad));
}

function ofHost({ name, state, since }: HostFigures, path: Known['hostPath']): Matter[] {
  const shared = { key: `host ${name}`, to: path(name) };
  switch (state) {
    case 'offline':
      return [{ ...shared, isBad: true, words: { kind: 'host', name, since } }];
    case 'connecting':
      return [{ ...shared, isBad: false, words: { kind: 'connecting', name, since } }];
    case 'maintenance':
      return [{ ...shared, isBad: false, words: { kind: 'maintenance', name } }];
    default:
      return [];
  }
}

function ofInstance({ id, name, state, host, drift }: InstanceRow): Matter[] {
  const shared = { key: id, to: `/instances/${id}` };
  if (state === 'crashed') return [{ ...shared, isBad: true, words: { kind: 'crashed', name } }];
  if (state === 'missing')
    return [{ ...shared, isBad: false, words: { kind: 'missing', name, host: host ?? '' } }];
  return drift ? [{ ...shared, isBad: false, words: { kind: 'drift', name } }] : [];
}

/** Thin volumes may be promised more than there is, which is fine until they are filled. */
function ofPool(pool: PoolFigures, path: Known['hostPath']): Matter[] {
  const { name, hosts, capacity_bytes: capacity, used_bytes, promised_bytes: promised } = pool;
  const host = hosts.join(', ');
  const shared = { key: `pool ${name} ${host}`, to: path(hosts[0] ?? '') };
  const percent = share(used_bytes, capacity);
  if (capacity > 0 && percent > NEARLY_FULL_PERCENT)
    return [{ ...shared, isBad: true, words: { kind: 'poolFull', name, host, percent } }];
  if (capacity === 0 || promised <= capacity) return [];
  const words = { kind: 'poolPromised', name, host, promised, capacity } as const;
  return [{ ...shared, isBad: false, words }];
}

function failed(jobs: readonly Job[], now: number): Matter[] {
  return jobs
    .filter(({ state }) => state === 'failed' || state === 'undone')
    .filter(({ error, finished_at }) => error && finished_at && now - Date.parse(finished_at) < DAY)
    .map((job) => ({
      key: `job ${job.id}`,
      isBad: job.state === 'failed',
      to: '/jobs',
      words: { kind: 'job', job },
    }));
}

function ofName({ name, problems }: Name): Matter[] {
  if (problems.length === 0) return [];
  return [
    {
      key: `name ${name}`,
      isBad: false,
      to: `/names?q=${encodeURIComponent(name)}`,
      words: { kind: 'name', name, problem: problems.join(', ') },
    },
  ];
}

const scarce = ({ effective_quota, usage }: Pick<Allowance, 'effective_quota' | 'usage'>) =>
  DIMENSIONS.filter(
    (dimension) =>
      usage[dimension] > 0 &&
      share(usage[dimension], effective_quota[dimension]) > NEARLY_FULL_PERCENT,
  );

const ofMe = (me: NonNullable<Known['me']>): Matter[] =>
  scarce(me).map((dimension) => ({
    key: `quota ${dimension}`,
    isBad: false,
    to: '/instances',
    words: { kind: 'quota', dimension },
  }));

/** One line for each: whoever has used up one part has often used up others. */
function ofHolder(holding: Holding): Matter[] {
  const dimension = scarce(holding)[0];
  if (!dimension) return [];
  const { holder, to } = holding;
  return [
    { key: `quota ${holder}`, isBad: false, to, words: { kind: 'quotaOf', holder, dimension } },
  ];
}
