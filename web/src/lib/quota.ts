// Arithmetic of quotas: what is left, and between which sizes a new instance may choose.

/** What a limit leaves; `null` when there is none. */
export function left(limit: number | null, used: number): number | null {
  return limit === null ? null : Math.max(0, limit - used);
}

/** Whether `used` is more than `limits` allow in any dimension; null allows everything. */
export function exceeds<Key extends string>(
  limits: Record<Key, number | null>,
  used: Record<Key, number>,
): boolean {
  return (Object.keys(limits) as Key[]).some((key) => used[key] > (limits[key] ?? Infinity));
}

export interface Range {
  min: number;
  max: number;
  /** What sets `max`; where nothing does, `max` is only where the slider ends. */
  bound: 'quota' | 'host' | null;
  /** Whether the quota leaves less than the template needs. */
  short: boolean;
}

interface Limits {
  /** What the quota leaves. */
  quota: number | null;
  /** What the host has, where that is known. */
  host: number | null;
}

/** From the template's size to what quota and host allow, or to `ceiling` where neither limits. */
export function range(template: number, { quota, host }: Limits, ceiling: number): Range {
  const short = quota !== null && quota < template;
  if (quota === null && host === null) {
    return { min: template, max: Math.max(ceiling, template), bound: null, short };
  }
  const bound = (host ?? Infinity) < (quota ?? Infinity) ? 'host' : 'quota';
  const most = Math.min(quota ?? Infinity, host ?? Infinity);
  return { min: template, max: Math.max(template, most), bound, short };
}

/** The largest that a refusal such as `vcpus: expected 1 to 16` names; null in any other. */
export function largestOf(refusal: string): number | null {
  const [, largest] = /\bexpected \d+ to (\d+)( MiB)?$/i.exec(refusal) ?? [];
  return largest === undefined ? null : Number(largest);
}

export const clamp = (value: number, { min, max }: { min: number; max: number }) =>
  Math.min(max, Math.max(min, value));

/** Share in percent, within 0 and 100; nothing of nothing is 0, something of nothing is 100. */
export function share(part: number, whole: number | null): number {
  if (whole === null) return 0;
  if (whole <= 0) return part > 0 ? 100 : 0;
  return Math.min(100, Math.max(0, (part / whole) * 100));
}
