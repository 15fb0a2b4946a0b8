// Ordering in which ourea9 comes before ourea10.
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

export const natural = (a: string, b: string) => collator.compare(a, b);

/** Compares values that may be absent; absent ones come last in either direction. */
export function compareBy<T>(
  key: (item: T) => string | number | null,
  direction: 'asc' | 'desc',
): (a: T, b: T) => number {
  const sign = direction === 'asc' ? 1 : -1;
  return (a, b) => {
    const x = key(a);
    const y = key(b);
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    if (typeof x === 'number' && typeof y === 'number') return sign * (x - y);
    return sign * natural(String(x), String(y));
  };
}
