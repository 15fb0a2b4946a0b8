// Finding things by a few typed letters.

/** How well `text` answers `query`: 0 not at all; a prefix beats a word start beats a part. */
export function score(text: string, query: string): number {
  const haystack = text.toLowerCase();
  const needle = query.trim().toLowerCase();
  if (!needle) return 1;
  const at = haystack.indexOf(needle);
  if (at === 0) return haystack.length === needle.length ? 5 : 4;
  if (at > 0) return /[\s._-]/.test(haystack[at - 1] ?? '') ? 3 : 2;
  return needle.split(/\s+/).every((word) => haystack.includes(word)) ? 1 : 0;
}

/** The best `limit` items, best first, equals in their given order. */
export function best<T>(items: T[], query: string, text: (item: T) => string, limit: number): T[] {
  return items
    .map((item, index) => ({ item, index, points: score(text(item), query) }))
    .filter((entry) => entry.points > 0)
    .sort((a, b) => b.points - a.points || a.index - b.index)
    .slice(0, limit)
    .map((entry) => entry.item);
}
