// Figures over time: their bounds, their lonely points, and how times and heights are labelled.

/** Values of equally long buckets; null is "no data". */
export type Series = readonly (number | null)[];

export const SPANS = ['hours', 'day', 'week', 'month', 'year'] as const;
export type Span = (typeof SPANS)[number];

export const spanOf = (word: string | null): Span => SPANS.find((span) => span === word) ?? 'hours';

export interface Bounds {
  last: number;
  min: number;
  max: number;
}

/** Nothing where there is no data at all. */
export function bounds(series: Series): Bounds | null {
  const values = series.filter((value) => value !== null);
  const last = values.at(-1);
  return last === undefined ? null : { last, min: Math.min(...values), max: Math.max(...values) };
}

export function scaled(series: Series, factor: number): Series {
  return series.map((value) => (value === null ? null : value * factor));
}

/** The beginnings of the buckets in seconds. */
export function times(since: string, step: number, count: number): number[] {
  const first = Date.parse(since) / 1000;
  return Array.from({ length: count }, (_, index) => first + index * step);
}

/** A line of fewer values is too short to be seen. */
const SHORTEST_LINE = 6;

/** Where so few values stand between two gaps that they need points. */
export function lonely(series: Series): number[] {
  const found: number[] = [];
  let together: number[] = [];
  const end = () => {
    if (together.length < SHORTEST_LINE) found.push(...together);
    together = [];
  };
  series.forEach((value, index) => (value === null ? end() : together.push(index)));
  end();
  return found;
}

/** The upper end of the axis: what cannot be exceeded, or a little above the highest value. */
export function ceiling(lines: readonly Series[], whole: number | null, least: number): number {
  const highest = Math.max(least, ...lines.map((line) => bounds(line)?.max ?? 0));
  return whole !== null && highest <= whole ? whole : highest * 1.1;
}

/** Distances between marks of an axis in bytes: 1, 2, 4, … of each unit. */
export const BYTE_STEPS = Array.from({ length: 51 }, (_, power) => 2 ** power);

const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;
const DAY = { day: 'numeric', month: 'short' } as const;
const LABELS: Record<Span, Intl.DateTimeFormatOptions> = {
  hours: CLOCK,
  day: CLOCK,
  week: DAY,
  month: DAY,
  year: { month: 'short', year: '2-digit' },
};

/** What stands at a mark of the axis of time. */
export function timeLabel(seconds: number, span: Span, locale = 'en-GB'): string {
  return new Intl.DateTimeFormat(locale, LABELS[span]).format(seconds * 1000);
}

/** The time of one bucket, exactly enough for its length. */
export function bucketTime(seconds: number, span: Span, locale = 'en-GB'): string {
  const options = span === 'year' ? { ...DAY, year: 'numeric' as const } : { ...DAY, ...CLOCK };
  return new Intl.DateTimeFormat(locale, options).format(seconds * 1000);
}
