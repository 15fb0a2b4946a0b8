// What users and groups hold alike: grants and loans.
import { useQueries, useQuery } from '@tanstack/react-query';
import * as api from '@/api/groups';
import type { GrantItem, Holder, NewLoan } from '@/api/types';
import { listUserGrants } from '@/api/users';
import { groupHolder, groupsOf, holderName, kindOf } from '@/lib/holder';
import { useGroups } from '../groups/hooks';
import { keys } from '../keys';
import { useOffers } from '../session/hooks';
import { useChange } from '../useChange';

const listGrantsOf = (holder: Holder) =>
  kindOf(holder) === 'group'
    ? api.listGroupGrants(holderName(holder))
    : listUserGrants(holderName(holder));

/** The grants of a user or group, and after them those of the groups that they are in. */
export function useHeldGrants(holder: Holder) {
  const groups = useGroups();
  const through = groups.data ? [...groupsOf(holder, groups.data).keys()] : [];
  return useQueries({
    queries: [holder, ...through.map(groupHolder)].map((each) => ({
      queryKey: keys.heldBy(each),
      queryFn: () => listGrantsOf(each),
    })),
    combine: (results) => ({
      data: results.some(({ data }) => !data)
        ? undefined
        : results.flatMap(({ data }) => data ?? []),
      error: results.find(({ error }) => error)?.error ?? null,
    }),
  });
}

export function usePutGrants() {
  return useChange(
    ({ items, remove }: { items: GrantItem[]; remove?: boolean }) =>
      api.putGrants(items, remove ?? false),
    keys.held,
    keys.grantsOfAll,
    keys.audits,
  );
}

export function useLoans(holder: string) {
  const enabled = useOffers('loans');
  return useQuery({ queryKey: keys.loans(holder), queryFn: () => api.listLoans(holder), enabled });
}

export function useLend(holder: string) {
  return useChange(
    (loan: NewLoan) => api.lend(holder, loan),
    keys.loans(holder),
    keys.users,
    keys.groups,
    keys.me,
  );
}

export function useEndLoan(holder: string) {
  return useChange(api.endLoan, keys.loans(holder), keys.users, keys.groups, keys.me);
}
