// The state of the form for a new instance, and what the server says would come of it.
import { useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { InstanceRow, NewInstance, Quota, Template, Usage } from '@/api/types';
import { exceeds, left, type Range, range } from '@/lib/quota';
import { useDelayed } from '@/ui/hooks';
import { useMe } from '../../session/hooks';
import { useTemplates } from '../../templates/hooks';
import { useInstances, usePlan } from '../hooks';
import { useLargest } from './useLargest';

const GIB = 1024 ** 3;
const PLAN_DELAY_MS = 250;

/** Where the sliders end when no quota ends them. */
const CEILING = { vcpus: 32, memory_mib: 128 * 1024, disk_gib: 1024 };

/** The fields that show their errors themselves. */
export const FIELDS = [
  'name',
  'pool',
  'vcpus',
  'memory_mib',
  'disk_gib',
  'host',
  'owner',
  'title',
  'tags',
];

/** Something that can be cloned: a template or an own machine. */
export interface Source {
  id: string;
  name: string;
  title: string | null;
  description: string | null;
  vcpus: number;
  memory_mib: number;
  disk_gib: number;
  host: string | null;
  isTemplate: boolean;
}

export interface Values {
  name: string | null;
  pool: string | null;
  title: string;
  vcpus: number | null;
  memory_mib: number | null;
  disk_gib: number | null;
  linked: boolean;
  start: boolean;
  owner: string;
  host: string | null;
  tags: string[];
}

const EMPTY: Values = {
  name: null,
  pool: null,
  title: '',
  vcpus: null,
  memory_mib: null,
  disk_gib: null,
  linked: true,
  start: true,
  owner: '',
  host: null,
  tags: [],
};

export type NewForm = ReturnType<typeof useNewForm>;

export function useNewForm() {
  const [parameters, setParameters] = useSearchParams();
  const { sources, isLoading } = useSources(parameters.get('from'));
  const me = useMe();
  const [values, setValues] = useState(() => ({
    ...EMPTY,
    owner: parameters.get('owner') ?? '',
  }));
  const source = sources.find(({ id }) => id === parameters.get('from')) ?? sources[0];
  const body = useMemo(() => (source ? toBody(source, values) : null), [source, values]);
  const plan = usePlan(useDelayed(body, PLAN_DELAY_MS));
  const largest = useLargest(source, plan.error);
  const quota = plan.data?.quota ?? me.data?.effective_quota;
  const usage = plan.data?.usage_before ?? me.data?.usage;
  return {
    sources,
    source,
    isLoading: isLoading || me.isPending,
    values,
    body,
    plan,
    problems: (plan.isError ? undefined : plan.data?.problems) ?? [],
    /** Whether the quota is against it. */
    isShort: !plan.isError && plan.data ? exceeds(plan.data.quota, plan.data.usage_after) : false,
    quota,
    usage,
    ranges: source && quota && usage ? ranges(source, quota, usage, largest) : null,
    set: (change: Partial<Values>) => setValues((old) => ({ ...old, ...change })),
    choose: (id: string) => {
      setParameters({ from: id }, { replace: true });
      setValues((old) => ({ ...old, vcpus: null, memory_mib: null, disk_gib: null }));
    },
  };
}

function useSources(from: string | null) {
  const templates = useTemplates();
  const instances = useInstances();
  const sources = useMemo(() => {
    const found = (templates.data ?? []).map(fromTemplate);
    const own = instances.data?.find(({ id }) => id === from);
    if (own && !found.some(({ id }) => id === own.id)) found.unshift(fromInstance(own));
    return found;
  }, [templates.data, instances.data, from]);
  return { sources, isLoading: templates.isPending || instances.isPending };
}

const inGib = (bytes: number) => Math.max(1, Math.ceil(bytes / GIB));

function fromTemplate(template: Template): Source {
  const { id, name, title, description, vcpus, memory_mib, disk_bytes, host } = template;
  const disk_gib = inGib(disk_bytes);
  return { id, name, title, description, vcpus, memory_mib, disk_gib, host, isTemplate: true };
}

function fromInstance(row: InstanceRow): Source {
  const { id, name, title, vcpus, memory_mib, disk_bytes, host } = row;
  const size = { vcpus, memory_mib, disk_gib: inGib(disk_bytes) };
  return { id, name, title, description: null, ...size, host, isTemplate: false };
}

function ranges(
  source: Source,
  quota: Quota,
  usage: Usage,
  largest: ReturnType<typeof useLargest>,
) {
  const of = (key: 'vcpus' | 'memory_mib' | 'disk_gib'): Range =>
    range(source[key], { quota: left(quota[key], usage[key]), host: largest[key] }, CEILING[key]);
  return { vcpus: of('vcpus'), memory_mib: of('memory_mib'), disk_gib: of('disk_gib') };
}

function toBody(source: Source, values: Values): NewInstance {
  return {
    from: source.id,
    name: values.name,
    pool: values.name ? null : values.pool,
    vcpus: values.vcpus,
    memory_mib: values.memory_mib,
    disk_gib: values.disk_gib,
    linked: values.linked,
    host: values.host,
    start: values.start,
    owner: values.owner.replace(/^group:\s*$/, '').trim() || null,
    title: values.title.trim() || null,
    tags: values.tags,
  };
}
