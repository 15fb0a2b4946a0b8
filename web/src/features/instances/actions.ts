// Which actions an instance allows now, why not the others, and who could allow them.
import type { Instance } from '@/api/types';
import { sentences } from '../errors';

export type ActionName =
  | 'start'
  | 'shutdown'
  | 'reboot'
  | 'reset'
  | 'stop'
  | 'suspend'
  | 'resume'
  | 'console'
  | 'view'
  | 'clone'
  | 'resize'
  | 'delete'
  | 'template'
  | 'edit'
  | 'grant'
  | 'migrate'
  | 'own';

/** Null when allowed, else the reason; `fallback` where the server gave none. */
export function refusal(instance: Instance, name: ActionName, fallback: string): string | null {
  const action = instance.actions.find((entry) => entry.action === name);
  if (action?.allowed) return null;
  return sentences(action?.reason ?? fallback, action?.remedy);
}

/** Null when the screen may be used or at least looked at. */
export function screenRefusal(instance: Instance, fallback: string): string | null {
  if (refusal(instance, 'view', fallback) === null) return null;
  return refusal(instance, 'console', fallback);
}

/** Whether one may look at the screen without using keyboard and mouse. */
export const mayOnlyView = (instance: Instance) =>
  refusal(instance, 'console', 'refused') !== null && refusal(instance, 'view', 'refused') === null;
