// Numbers, sizes and times as people read them; a number and its unit stay on one line.

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Trims to at most one decimal below 100, none above. */
export function number(value: number, locale = 'en'): string {
  const digits = Math.abs(value) < 100 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    maximumFractionDigits: digits,
    useGrouping: false,
  }).format(value);
}

export function bytes(value: number): string {
  let unit = 0;
  let rest = value;
  while (rest >= 1023.95 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${number(rest)}\u00a0${UNITS[unit]}`;
}

export const mib = (value: number) => bytes(value * 1024 ** 2);
export const gib = (value: number) => bytes(value * 1024 ** 3);

export function percent(value: number): string {
  return `${Math.round(value)}\u00a0%`;
}

const STEPS: [limit: number, seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 1, 'second'],
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [86_400 * 30, 86_400, 'day'],
  [86_400 * 365, 86_400 * 30, 'month'],
  [Number.POSITIVE_INFINITY, 86_400 * 365, 'year'],
];

/** "2 min. ago", "yesterday": how long ago a time was. */
export function ago(time: string, now: number = Date.now(), locale = 'en'): string {
  const seconds = Math.max(0, (now - Date.parse(time)) / 1000);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  for (const [limit, size, unit] of STEPS) {
    if (seconds < limit) return format.format(-Math.floor(seconds / size), unit);
  }
  return time;
}

/** To the minute, for what lies ahead. */
export function dateMinute(time: string, locale = 'en-GB'): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(time),
  );
}

export function dateTime(time: string, locale = 'en-GB'): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(
    new Date(time),
  );
}
