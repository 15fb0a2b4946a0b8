// Why somebody has a right or not, from the server's words for it.
import type { Holder } from '@/api/types';

export interface Cause {
  kind: 'owner' | 'grant' | 'role';
  /** Whose grant or machine it is; null for one's own and for a role. */
  holder: Holder | null;
  role: string | null;
  /** The groups between the person and the holder, the person's own first. */
  through: Holder[];
}

const SHAPE = /^(owner|grant to|role)(?: ([^ ]+))?(?: \(through (.+)\))?$/;

/** `grant to group:all (through group:web)` in its parts; null for what is none of the known. */
export function readCause(text: string): Cause | null {
  const [, what, whom = null, through] = SHAPE.exec(text) ?? [];
  if (!what) return null;
  const kind = what === 'grant to' ? 'grant' : (what as 'owner' | 'role');
  return {
    kind,
    holder: kind === 'role' ? null : whom,
    role: kind === 'role' ? whom : null,
    through: through ? through.split(', ') : [],
  };
}

/** What keeps somebody else from it: the server's sentences are made for the one who acts. */
export function readObstacle(reason: string | null) {
  if (reason?.includes('may only look')) return 'readOnly';
  return reason?.includes('templates only') ? 'templatesOnly' : 'noGrant';
}
