// How much of a host may be promised: percent as text, and what it means in numbers.

export const MOST_PERCENT = 10_000;

/** Null for an empty text, undefined for one that is no whole number within the server's bounds. */
export function toPercent(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  if (!/^\d+$/.test(typed)) return undefined;
  const value = Number(typed);
  return value >= 1 && value <= MOST_PERCENT ? value : undefined;
}

/** What may be promised of an amount; null where there is no limit or the amount is not known. */
export const limitOf = (there: number | null, percent: number | null) =>
  there === null || percent === null ? null : Math.floor((there * percent) / 100);
