// The rights on an instance, in the order in which people think of them.
import type { Rights } from '@/api/types';

export const RIGHTS = [
  'see',
  'power',
  'view',
  'console',
  'resize',
  'snapshot',
  'clone',
  'delete',
] as const satisfies (keyof Rights)[];

/** What one gives who shares a machine with a colleague. */
export const USUAL: Rights = {
  see: true,
  power: true,
  view: true,
  console: true,
  resize: false,
  snapshot: false,
  clone: false,
  delete: false,
};

/** Every right includes seeing, and using the screen includes looking at it. */
export function withImplied(rights: Rights): Rights {
  return { ...rights, see: true, view: rights.view || rights.console };
}
