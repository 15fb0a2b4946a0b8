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
  /** Whether the quota is what sets `max`; otherwise `max` is only where the slider ends. */
  bounded: boolean;
  /** Whether the quota leaves less than the template needs. */
  short: boolean;
}

/** From the template's size to what the quota leaves, or to `ceiling` where nothing limits. */
export function range(template: number, available: number | null, ceiling: number): Range {
  if (available === null) {
    return { min: template, max: Math.max(ceiling, template), bounded: false, short: false };
  }
  const short = available < template;
  return { min: template, max: Math.max(template, available), bounded: true, short };
}

export const clamp = (value: number, { min, max }: { min: number; max: number }) =>
  Math.min(max, Math.max(min, value));

/** Share in percent, within 0 and 100; nothing of nothing is 0, something of nothing is 100. */
export function share(part: number, whole: number | null): number {
  if (whole === null) return 0;
  if (whole <= 0) return part > 0 ? 100 : 0;
  return Math.min(100, Math.max(0, (part / whole) * 100));
}
