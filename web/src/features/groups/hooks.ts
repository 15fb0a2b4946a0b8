// Groups as server state.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import * as api from '@/api/groups';
import type { Holder, Quota } from '@/api/types';
import { groupHolder } from '@/lib/holder';
import { keys } from '../keys';
import { useChange } from '../useChange';

/** Those that I may see: all for staff, else my own. */
export function useGroups() {
  return useQuery({ queryKey: keys.groups, queryFn: api.listGroups, retry: false });
}

export function useGroup(name: string) {
  return useQuery({ queryKey: keys.group(name), queryFn: () => api.getGroup(name) });
}

export function useAddGroup() {
  return useChange(api.addGroup, keys.groups);
}

export function useChangeGroup(name: string) {
  return useChange((description: string) => api.changeGroup(name, description), keys.groups);
}

export function useDeleteGroup(name: string) {
  return useChange(
    (transferTo: string | null) => api.deleteGroup(name, transferTo),
    keys.groups,
    keys.instances,
    keys.held,
    keys.me,
  );
}

export function usePutGroupQuota(name: string) {
  return useChange((quota: Quota) => api.putGroupQuota(name, quota), keys.groups, keys.audits);
}

export function useAddMember(name: string) {
  return useChange((member: Holder) => api.addMember(name, member), keys.groups, keys.me);
}

export function useRemoveMember(name: string) {
  return useChange((member: Holder) => api.removeMember(name, member), keys.groups, keys.me);
}

export function useGroupActivity(name: string) {
  return useInfiniteQuery({
    queryKey: keys.holderActivity(groupHolder(name)),
    queryFn: ({ pageParam }) => api.listGroupActivity(name, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}
