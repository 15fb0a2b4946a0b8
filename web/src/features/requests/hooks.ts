// Requests as server state.
import { useQuery } from '@tanstack/react-query';
import * as api from '@/api/requests';
import type { Approval } from '@/api/types';
import { keys } from '../keys';
import { useOffers } from '../session/hooks';
import { useChange } from '../useChange';

/** Mine; for staff everybody's. */
export function useRequests() {
  return useQuery({
    queryKey: keys.requests,
    queryFn: api.listRequests,
    enabled: useOffers('requests'),
    staleTime: 60_000,
    retry: false,
  });
}

export function useAsk() {
  return useChange(api.ask, keys.requests);
}

export function useApprove(id: string) {
  return useChange(
    (approval: Approval) => api.approve(id, approval),
    keys.requests,
    keys.users,
    keys.groups,
    keys.me,
    keys.allLoans,
  );
}

export function useRefuse(id: string) {
  return useChange((answer: string) => api.refuse(id, answer), keys.requests);
}

export function useWithdraw() {
  return useChange(api.withdraw, keys.requests);
}
