// What the log's records say: filters in a URL, whom and what they lead to, before and after.

export const FILTERS = [
  'q',
  'actor',
  'object',
  'action',
  'via',
  'result',
  'since',
  'until',
] as const;
export type FilterKey = (typeof FILTERS)[number];
export type AuditFilter = Partial<Record<FilterKey, string>>;

export const VIAS = ['session', 'proxy', 'token', 'cli', 'system', 'outside'] as const;
export const RESULTS = ['ok', 'refused', 'failed'] as const;

const CHOICES: Partial<Record<FilterKey, readonly string[]>> = { via: VIAS, result: RESULTS };

const isDay = (text: string) => /^\d{4}-\d\d-\d\d$/.test(text);
const isTime = (text: string) => !Number.isNaN(Date.parse(text));

function isSound(key: FilterKey, value: string) {
  if (key === 'since' || key === 'until') return isTime(value);
  return CHOICES[key]?.includes(value) ?? true;
}

/** What the URL asks for; what it cannot mean is left out. */
export function readFilter(parameters: URLSearchParams): AuditFilter {
  const filter: AuditFilter = {};
  for (const key of FILTERS) {
    const value = parameters.get(key)?.trim();
    if (value && isSound(key, value)) filter[key] = value;
  }
  return filter;
}

/** As the server takes it: days become times, and the last day counts to its end. */
export function toQuery(filter: AuditFilter): AuditFilter {
  const query = { ...filter };
  if (query.since) query.since = startOf(query.since, 0);
  if (query.until) query.until = startOf(query.until, 1);
  return query;
}

/** The first moment of a day where the browser is, some days on; a full time is taken as it is. */
function startOf(text: string, days: number): string {
  if (!isDay(text)) return text;
  const [year = 0, month = 1, day = 1] = text.split('-').map(Number);
  return new Date(year, month - 1, day + days).toISOString();
}

export interface ObjectParts {
  kind: string;
  id: string;
}

/** `instance:UUID` in its two parts; what stands alone, such as `settings`, has no id. */
export function objectParts(object: string): ObjectParts {
  const at = object.indexOf(':');
  return at < 0
    ? { kind: object, id: '' }
    : { kind: object.slice(0, at), id: object.slice(at + 1) };
}

const PAGES: Record<string, { path: string; role: 'user' | 'staff' | 'administrator' }> = {
  instance: { path: '/instances', role: 'user' },
  group: { path: '/groups', role: 'user' },
  names: { path: '/names', role: 'user' },
  user: { path: '/users', role: 'staff' },
  host: { path: '/hosts', role: 'administrator' },
  settings: { path: '/settings', role: 'administrator' },
};

/** The page of what a record is about, and who may open it; null where there is none. */
export function objectPage(object: string | null) {
  if (!object) return null;
  const { kind, id } = objectParts(object);
  const page = PAGES[kind];
  if (!page) return null;
  return { path: id ? `${page.path}/${encodeURIComponent(id)}` : page.path, role: page.role };
}

export interface Changed {
  /** Its way down, such as `quota.vcpus`; empty where the whole is one value. */
  field: string;
  /** Undefined where nothing was before, null where it had no value. */
  before: unknown;
  after: unknown;
}

export interface Detail {
  changes: Changed[];
  facts: { field: string; value: unknown }[];
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every value with its way down; lists stay whole. */
function flatten(value: unknown, way: string[] = []): [field: string, value: unknown][] {
  if (!isObject(value)) return [[way.join('.'), value]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, [...way, key]));
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

const isNothing = (value: unknown) => value === undefined || value === null;

/** Of what came or went, as a whole or as a part, only what it had: null there is no "no limit". */
function changesOf(before: unknown, after: unknown): Changed[] {
  const old = new Map(isNothing(before) ? [] : flatten(before));
  const next = new Map(isNothing(after) ? [] : flatten(after));
  return (
    [...new Set([...old.keys(), ...next.keys()])]
      .map((field) => ({ field, before: old.get(field), after: next.get(field) }))
      .filter((row) => !same(row.before, row.after))
      .filter((row) => !isNothing(row.before) || !isNothing(row.after))
      .filter(({ field }) => old.size > 0 || field !== 'id')
      // What is wanted to be made from something says its name beside its id.
      .filter(({ field }) => field !== 'instance.from' || isNothing(next.get('origin')))
  );
}

/** What a record's detail tells: fields that changed, and whatever else stands there. */
export function readDetail(detail: unknown): Detail {
  if (detail === null || detail === undefined || detail === '') return { changes: [], facts: [] };
  if (!isObject(detail)) return { changes: [], facts: [{ field: '', value: detail }] };
  const { before, after, ...rest } = detail;
  const facts = flatten(rest)
    .filter(([, value]) => value !== null && value !== '')
    .map(([field, value]) => ({ field, value }));
  return { changes: changesOf(before, after), facts };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The ids of machines, such as those that a token is for; null for any other value. */
export function machineIds(field: string, value: unknown): string[] | null {
  if (!/(^|\.)instances?$/.test(field)) return null;
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const ids = values.filter((id) => typeof id === 'string' && UUID.test(id)) as string[];
  return ids.length > 0 && ids.length === values.length ? ids : null;
}

export interface Head {
  at: string | null;
  verified: boolean | null;
  verified_at: string | null;
}

/**
 * How far the chain is proved: all of it, only what was there when it was last walked, not yet
 * looked at, or broken.
 */
export function proofOf({ at, verified, verified_at }: Head) {
  if (verified === null || !verified_at) return 'unknown';
  if (!verified) return 'broken';
  return !at || Date.parse(verified_at) >= Date.parse(at) ? 'whole' : 'older';
}
