// What becomes of a host's machines during its maintenance: who goes, who stays, whom that concerns.
import type { Host, InstanceState, Move } from '@/api/types';
import { natural } from '@/lib/natural';

/** Whether what is known of the host is of now; in maintenance it may or may not be reached. */
export const isAnswering = ({ state, error }: Pick<Host, 'state' | 'error'>) =>
  state === 'online' || (state === 'maintenance' && error === null);

/** Those that stay first, since somebody has to see to them. */
export const byUrgency = (moves: Move[]) =>
  moves.toSorted(
    (a, b) => Number(a.to !== null) - Number(b.to !== null) || natural(a.name, b.name),
  );

const OFF = new Set<InstanceState>(['shutoff', 'crashed', 'missing']);

/** How many stay, and whether the work on the host would hit one that is on. */
export function stayingOf(moves: Move[]) {
  const staying = moves.filter(({ to }) => to === null);
  return { count: staying.length, on: staying.filter(({ state }) => !OFF.has(state)).length };
}

/** Those that were to move, but whose move could not even begin. */
export const refusedOf = (moves: Move[]) =>
  moves.filter(({ to, job }) => to !== null && job === null);
