// Accounts as server state.
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { Quota, UserChange } from '@/api/types';
import * as api from '@/api/users';
import { userHolder } from '@/lib/holder';
import { keys } from '../keys';
import { useRole } from '../session/hooks';
import { useChange } from '../useChange';

export function useUsers() {
  const isStaff = useRole('staff');
  return useQuery({ queryKey: keys.users, queryFn: api.listUsers, enabled: isStaff, retry: false });
}

export function useUser(name: string) {
  return useQuery({ queryKey: keys.user(name), queryFn: () => api.getUser(name) });
}

export function useAddUser() {
  return useChange(api.addUser, keys.users, keys.groups, keys.held);
}

export function useChangeUser(name: string) {
  return useChange(
    (change: UserChange) => api.changeUser(name, change),
    keys.users,
    keys.me,
    keys.audits,
  );
}

export function useDeleteUser(name: string) {
  return useChange(
    (transferTo: string | null) => api.deleteUser(name, transferTo),
    keys.users,
    keys.groups,
    keys.instances,
    keys.held,
  );
}

export function usePutQuota(name: string) {
  return useChange((quota: Quota) => api.putQuota(name, quota), keys.users, keys.me, keys.audits);
}

export function useUserSessions(name: string) {
  return useQuery({
    queryKey: keys.userSessions(name),
    queryFn: () => api.listUserSessions(name),
  });
}

export function useEndUserSession(name: string) {
  return useChange((id: string) => api.endUserSession(name, id), keys.userSessions(name));
}

export function useEndUserSessions(name: string) {
  return useChange(() => api.endUserSessions(name), keys.userSessions(name));
}

export function useUserTokens(name: string) {
  return useQuery({ queryKey: keys.userTokens(name), queryFn: () => api.listUserTokens(name) });
}

export function useRevokeUserToken(name: string) {
  return useChange((id: string) => api.revokeUserToken(name, id), keys.userTokens(name));
}

export function useUserActivity(name: string) {
  return useInfiniteQuery({
    queryKey: keys.holderActivity(userHolder(name)),
    queryFn: ({ pageParam }) => api.listUserActivity(name, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}
