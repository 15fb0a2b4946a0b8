// The hosts that a machine could go to: which can take it, in which order, and the limits on its way.
import type { InstanceState, MigrationTarget } from '@/api/types';
import { natural } from '@/lib/natural';

export const MOST_MIB_S = 100_000;
export const MOST_DOWNTIME_MS = 60_000;

/** How a machine of this state moves. */
export function wayOf(state: InstanceState) {
  if (state === 'shutoff' || state === 'crashed') return 'off';
  return state === 'paused' || state === 'suspended' ? 'paused' : 'on';
}

/** Whether it can go as it is, only with a copy of its disks, or not at all. */
export function fitnessOf({ blockers, needs_storage }: MigrationTarget) {
  if (blockers.length > 0) return 'blocked';
  return needs_storage ? 'copying' : 'fit';
}

const RANKS = { fit: 0, copying: 1, blocked: 2 } as const;

/** Those that can take it first, of these the easy ones, of these those with few warnings. */
export const byFitness = (targets: MigrationTarget[]) =>
  targets.toSorted(
    (a, b) =>
      RANKS[fitnessOf(a)] - RANKS[fitnessOf(b)] ||
      a.warnings.length - b.warnings.length ||
      natural(a.host, b.host),
  );

/** The chosen host as long as it can take the machine; without a choice the only one that can. */
export function chosenTarget(targets: MigrationTarget[], host: string | null) {
  const able = targets.filter((target) => fitnessOf(target) !== 'blocked');
  if (host === null && able.length === 1) return able[0];
  return able.find((target) => target.host === host);
}

/** Null for an empty text, undefined for one that is no whole number from 1 to `most`. */
export function toLimit(text: string, most: number): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  if (!/^\d+$/.test(typed)) return undefined;
  const value = Number(typed);
  return value >= 1 && value <= most ? value : undefined;
}
