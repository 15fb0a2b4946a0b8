// Names the fields and values of a record's detail in words.
import type { TFunction } from 'i18next';
import { bytes, dateTime, mib } from '@/lib/format';
import { ownerOf } from '@/lib/holder';
import { ownerText } from '../instances/words';
import { RIGHTS } from '../people/rights';

const FIELDS = [
  'answer',
  'can_clone',
  'created_at',
  'description',
  'disk_bytes',
  'disk_gib',
  'ended_by',
  'email',
  'error',
  'expires_at',
  'fingerprint',
  'for',
  'format',
  'from',
  'full_name',
  'grantee',
  'grants',
  'groups',
  'holder',
  'host',
  'instances',
  'kind',
  'linked',
  'live',
  'maintenance',
  'member',
  'memory_mib',
  'method',
  'name',
  'owner',
  'password',
  'path',
  'pool',
  'public_key',
  'read_only',
  'reason',
  'role',
  'running_instances',
  'running_memory_mib',
  'running_vcpus',
  'title',
  'type',
  'uri',
  'seconds',
  'shared',
  'state',
  'storage',
  'to_browser_bytes',
  'to_guest_bytes',
  'user',
  'vcpus',
  'view_only',
] as const;

const LIMITS = /(^|\.)(running_)?(instances|vcpus|memory_mib)$|(^|\.)disk_gib$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** What was done, in words; empty for an action that is newer than this catalogue. */
export function actionText(t: TFunction, action: string): string {
  const [kind, verb] = action.split('.');
  return t(`audit.did.${kind}.${verb}`, { defaultValue: '' });
}

/** `quota.vcpus` by its last part; one that is newer than this catalogue as the server calls it. */
export function fieldName(t: TFunction, field: string): string {
  const last = field.split('.').at(-1) ?? field;
  const known = FIELDS.find((name) => name === last);
  if (known) return t(`audit.field.${known}`);
  return last ? last.replaceAll('_', ' ') : t('audit.value');
}

export function valueText(t: TFunction, field: string, value: unknown): string {
  if (value === undefined || value === '') return t('app.none');
  if (value === null) return LIMITS.test(field) ? t('quota.none') : t('app.none');
  if (typeof value === 'boolean') return value ? t('app.yes') : t('app.no');
  if (typeof value === 'number') return amount(field, value);
  if (Array.isArray(value)) return list(t, field, value);
  if (typeof value !== 'string') return JSON.stringify(value);
  return TIME.test(value) ? dateTime(value) : named(t, field, value);
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

function amount(field: string, value: number): string {
  if (field.endsWith('memory_mib')) return mib(value);
  return field.endsWith('_bytes') ? bytes(value) : String(value);
}

const list = (t: TFunction, field: string, values: unknown[]) =>
  values.map((value) => valueText(t, field, value)).join(', ') || t('app.none');
