// Names the fields and values of a record's detail in words.
import type { TFunction } from 'i18next';
import { bytes, dateTime, gib, mib, percent } from '@/lib/format';
import { ownerOf } from '@/lib/holder';
import { ownerText } from '../instances/words';
import { RIGHTS } from '../people/rights';

const FIELDS = [
  'added',
  'answer',
  'autostart',
  'can_clone',
  'capacity_bytes',
  'created_at',
  'description',
  'disk_bytes',
  'disk_gib',
  'disks',
  'email',
  'ended_by',
  'error',
  'events',
  'expires_at',
  'fingerprint',
  'for',
  'format',
  'from',
  'full_name',
  'granted_by',
  'grantee',
  'grants',
  'groups',
  'holder',
  'host',
  'host_key',
  'instance',
  'instances',
  'interfaces',
  'kept_reason',
  'kind',
  'linked',
  'live',
  'maintenance',
  'member',
  'memory_mib',
  'memory_percent',
  'method',
  'name',
  'named',
  'origin',
  'owner',
  'password',
  'path',
  'pool',
  'public_key',
  'read_only',
  'reason',
  'request',
  'role',
  'running_instances',
  'running_memory_mib',
  'running_vcpus',
  'seconds',
  'shared',
  'size_bytes',
  'source',
  'start',
  'state',
  'storage',
  'target',
  'title',
  'to_browser_bytes',
  'to_guest_bytes',
  'type',
  'unchanged',
  'updated',
  'uri',
  'user',
  'vcpu_percent',
  'vcpus',
  'view_only',
  'volume',
  'volumes',
] as const;

const LIMITS = /(^|\.)(running_)?(instances|vcpus|memory_mib)$|(^|\.)disk_gib$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

const lastOf = (field: string) => field.split('.').at(-1) ?? field;

/** What was done, in words; empty for an action that is newer than this catalogue. */
export function actionText(t: TFunction, action: string): string {
  const [kind, verb] = action.split('.');
  return t(`audit.did.${kind}.${verb}`, { defaultValue: '' });
}

/** `quota.vcpus` by its last part; one that is newer than this catalogue as the server calls it. */
export function fieldName(t: TFunction, field: string): string {
  const last = lastOf(field);
  const known = FIELDS.find((name) => name === last);
  if (known) return t(`audit.field.${known}`);
  return last ? last.replaceAll('_', ' ') : t('audit.value');
}

export function valueText(t: TFunction, field: string, value: unknown): string {
  if (value === undefined || value === '') return t('app.none');
  if (value === null) return LIMITS.test(field) ? t('quota.none') : t('app.none');
  if (typeof value === 'boolean') return value ? t('app.yes') : t('app.no');
  if (typeof value === 'number') return amount(t, field, value);
  if (Array.isArray(value)) return list(t, field, value);
  if (typeof value === 'object') return object(t, value);
  if (typeof value !== 'string') return String(value);
  return TIME.test(value) ? dateTime(value) : (word(t, field, value) ?? named(t, field, value));
}

/** What has a word of its own on the pages. */
function word(t: TFunction, field: string, value: string): string | null {
  const known = (key: `${string}.${string}`) => t(key as 'app.yes', { defaultValue: '' }) || null;
  switch (lastOf(field)) {
    case 'state':
      return (
        known(`state.${value}`) ?? known(`requests.state.${value}`) ?? known(`host.state.${value}`)
      );
    case 'kind':
      return known(`requests.kind.${value}`);
    case 'role':
      return known(`role.${value}`);
    case 'source':
      return known(`users.sources.${value}`);
    case 'ended_by':
      return known(`audit.endedBy.${value}`);
    case 'password':
      return known(`audit.password.${value}`);
    default:
      return null;
  }
}

const HOLDER = /^(user|group):/;
const ACCESS: readonly string[] = RIGHTS;

/** Users, groups and rights as the pages call them. */
function named(t: TFunction, field: string, value: string): string {
  if (HOLDER.test(value)) return ownerText(t, ownerOf(value));
  const rights = value.split(',');
  if (field !== '' || !rights.every((right) => ACCESS.includes(right))) return value;
  return RIGHTS.filter((right) => rights.includes(right))
    .map((right) => t(`access.right.${right}`))
    .join(', ');
}

function amount(t: TFunction, field: string, value: number): string {
  if (field.endsWith('memory_mib')) return mib(value);
  if (field.endsWith('_gib')) return gib(value);
  if (field.endsWith('_bytes')) return bytes(value);
  if (field.endsWith('_percent')) return percent(value);
  return lastOf(field) === 'seconds' ? t('audit.seconds', { count: value }) : String(value);
}

const list = (t: TFunction, field: string, values: unknown[]) =>
  values.map((value) => valueText(t, field, value)).join(', ') || t('app.none');

/** One of a list, such as a disk that went with its machine: what it has, in a row. */
const object = (t: TFunction, value: object) =>
  Object.entries(value)
    .filter(([, inner]) => inner !== null && inner !== false && inner !== '')
    .map(([key, inner]) =>
      inner === true ? fieldName(t, key) : `${fieldName(t, key)} ${valueText(t, key, inner)}`,
    )
    .join(' · ');

/** What a record is about: a request by what it asks for, all else by its name. */
export function objectText(t: TFunction, object: string | null, name: string | null): string {
  if (name && object?.startsWith('request:')) return valueText(t, 'kind', name);
  return ownerText(t, ownerOf(name || object || ''));
}
