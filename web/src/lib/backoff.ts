// Waiting times between attempts, so that a server that comes back is not stormed.

/** Milliseconds to wait after `failures` failed attempts in a row: 0.5 s doubling up to 15 s, ±25 %. */
export function backoff(failures: number, random: () => number = Math.random): number {
  const base = Math.min(15_000, 500 * 2 ** Math.min(failures, 10));
  return Math.round(base * (0.75 + random() / 2));
}
