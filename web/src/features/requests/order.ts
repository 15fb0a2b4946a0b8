// In which order requests are looked at, and which of mine were decided just now.
import type { Request } from '@/api/types';

/** The open ones first and the oldest of them first, then what was decided last. */
export function inOrder(requests: Request[]): Request[] {
  const rank = ({ state }: Request) => (state === 'open' ? 0 : 1);
  return requests.toSorted((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (rank(a) === 0) return a.created_at.localeCompare(b.created_at);
    return (b.decided_at ?? b.created_at).localeCompare(a.decided_at ?? a.created_at);
  });
}

/** The requests of `user` that were open in `before` and are approved or refused now. */
export function decidedSince(before: Request[], now: Request[], user: string): Request[] {
  const open = new Set(before.filter(({ state }) => state === 'open').map(({ id }) => id));
  return now.filter(
    ({ id, requester, state }) =>
      requester === user && open.has(id) && (state === 'approved' || state === 'refused'),
  );
}
