// Server state of what others did to a machine, and of whose it could be.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import * as api from '@/api/coexistence';
import type { Instance } from '@/api/types';
import { keys } from '../keys';

export function useDrift(instance: Instance) {
  return useQuery({
    queryKey: [...keys.drift(instance.id), instance.changed_at],
    queryFn: () => api.getDrift(instance.id),
    retry: false,
    placeholderData: (previous) => previous,
  });
}

function useTaken() {
  const client = useQueryClient();
  return (instance: Instance) => {
    client.setQueryData<Instance>(keys.instance(instance.id), instance);
    for (const queryKey of [keys.instances, keys.names, keys.activity(instance.id)]) {
      void client.invalidateQueries({ queryKey });
    }
  };
}

export function useAcceptDrift(id: string) {
  return useMutation({ mutationFn: () => api.acceptDrift(id), onSuccess: useTaken() });
}

export function usePredecessors(id: string) {
  return useQuery({
    queryKey: keys.predecessors(id),
    queryFn: () => api.listPredecessors(id),
    retry: false,
  });
}

export function useTakeOver(id: string) {
  return useMutation({
    mutationFn: (from: string) => api.takeOver(id, from),
    onSuccess: useTaken(),
  });
}

/** What another owner's quota says to it; not asked while nobody is chosen. */
export function useOwnerPlan(id: string, owner: string | null) {
  return useQuery({
    queryKey: keys.growth(id, { owner }),
    queryFn: () => api.planOwner(id, owner ?? ''),
    enabled: owner !== null,
    retry: false,
    gcTime: 0,
  });
}
