// Hosts as server state.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import * as api from '@/api/infrastructure';
import type { HostChange } from '@/api/types';
import { keys } from '../keys';
import { useRole } from '../session/hooks';
import { useChange } from '../useChange';

export function useHosts() {
  const enabled = useRole('administrator');
  return useQuery({ queryKey: keys.hosts, queryFn: api.listHosts, enabled });
}

export function useProbeHost() {
  return useMutation({ mutationFn: api.probeHost });
}

export function useAddHost() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.addHost,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.hosts }),
  });
}

export function useRemoveHost() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.removeHost,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.hosts }),
  });
}

/** What there is of clusters follows from their hosts. */
export function useChangeHost(host: string) {
  return useChange(
    (change: HostChange) => api.changeHost(host, change),
    keys.hosts,
    keys.balance,
    keys.statistics,
  );
}

export function useClusters(enabled: boolean) {
  return useQuery({ queryKey: keys.clusters, queryFn: api.listClusters, enabled });
}

/** Hosts are asked, so it is not read again by itself. */
export function useBalance() {
  return useQuery({
    queryKey: keys.balance,
    queryFn: api.getBalance,
    retry: false,
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  });
}

export function usePools(host: string, enabled = true) {
  return useQuery({ queryKey: keys.pools(host), queryFn: () => api.listPools(host), enabled });
}

/** A pool is shared on every host that has it, so those of all are read again. */
export function useSharePool(host: string) {
  return useChange(
    ({ pool, shared }: { pool: string; shared: boolean }) => api.sharePool(host, pool, shared),
    keys.hosts,
  );
}

export function useNetworks(host: string) {
  return useQuery({ queryKey: keys.networks(host), queryFn: () => api.listNetworks(host) });
}

/** What would become of the machines; the answer before stays in sight while the next is asked for. */
export function useMaintenancePlan(host: string, storage: boolean) {
  return useQuery({
    queryKey: keys.maintenance(host, storage),
    queryFn: ({ signal }) => api.planMaintenance(host, { storage }, signal),
    retry: false,
    gcTime: 0,
    refetchOnWindowFocus: false,
    placeholderData: (previous) => previous,
  });
}

export function useBeginMaintenance(host: string) {
  return useChange(
    (storage: boolean) => api.beginMaintenance(host, { storage }),
    keys.hosts,
    keys.jobs,
  );
}

export function useEndMaintenance(host: string) {
  return useChange(
    (bringBack: boolean) => api.endMaintenance(host, bringBack),
    keys.hosts,
    keys.jobs,
  );
}
