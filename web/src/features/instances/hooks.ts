// Instances as server state: the list, one by itself, its verbs and its grants.
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import * as api from '@/api/instances';
import type {
  Instance,
  InstanceChange,
  NewDisk,
  NewInstance,
  NewMigration,
  NewSize,
  Rights,
} from '@/api/types';
import { rememberJob } from '../jobs/hooks';
import { keys } from '../keys';

export function useInstances() {
  return useQuery({
    queryKey: keys.instances,
    queryFn: ({ signal }) => api.listInstances(signal),
    staleTime: 60_000,
  });
}

export function useInstance(id: string, enabled = true) {
  return useQuery({ queryKey: keys.instance(id), queryFn: () => api.getInstance(id), enabled });
}

export function useVerb() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, verb }: { id: string; verb: api.Verb }) => api.runVerb(id, verb),
    onSuccess: (instance) => {
      client.setQueryData<Instance>(keys.instance(instance.id), instance);
      void client.invalidateQueries({ queryKey: keys.activity(instance.id) });
    },
  });
}

export function useChangeInstance(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: InstanceChange) => api.changeInstance(id, change),
    onSuccess: (instance) => {
      client.setQueryData<Instance>(keys.instance(id), instance);
      void client.invalidateQueries({ queryKey: keys.instances });
      void client.invalidateQueries({ queryKey: keys.templates });
    },
  });
}

/** For one after the other; the list hears of each by its event. */
export function useChangeInstances() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, ...change }: InstanceChange & { id: string }) =>
      api.changeInstance(id, change),
    onSuccess: (instance) => {
      client.setQueryData<Instance>(keys.instance(instance.id), instance);
      void client.invalidateQueries({ queryKey: keys.activity(instance.id) });
    },
  });
}

export function useDeletionPlan(id: string) {
  return useQuery({ queryKey: keys.deletion(id), queryFn: () => api.planDeletion(id), gcTime: 0 });
}

export function useDeleteInstance() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.deleteInstance,
    onSuccess: ({ job }) => rememberJob(client, job),
  });
}

export function useMigrationTargets(id: string) {
  return useQuery({
    queryKey: keys.migrationTargets(id),
    queryFn: () => api.listMigrationTargets(id),
    retry: false,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
}

export function useMigrate(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: NewMigration) => api.migrateInstance(id, wanted),
    onSuccess: ({ job }) => {
      rememberJob(client, job);
      void client.invalidateQueries({ queryKey: keys.activity(id) });
    },
    // What stands in the way now did not when the hosts were asked.
    onError: () => client.invalidateQueries({ queryKey: keys.migrationTargets(id) }),
  });
}

export function usePlan(body: NewInstance | null) {
  return useQuery({
    queryKey: body ? keys.plan(body) : keys.plans,
    queryFn: ({ signal }) => api.planInstance(body as NewInstance, signal),
    enabled: body !== null,
    retry: false,
    gcTime: 30_000,
    // The last plan stays on the page while the next one is asked for, so that nothing jumps.
    placeholderData: (previous) => previous,
  });
}

export function useCreateInstance() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.createInstance,
    onSuccess: ({ job }) => {
      rememberJob(client, job);
      for (const queryKey of [keys.instances, keys.names, keys.me]) {
        void client.invalidateQueries({ queryKey });
      }
    },
  });
}

/** What of a machine is to grow. */
export type Growth =
  { size: NewSize } | { disk: string; size_gib: number } | ({ disk: null } & NewDisk);

function planGrowth(id: string, wanted: Growth, signal: AbortSignal) {
  if ('size' in wanted) return api.planSize(id, wanted.size, signal);
  const { disk, ...body } = wanted;
  return disk === null ? api.planDisk(id, body, signal) : api.planGrowth(id, disk, body, signal);
}

function grow(id: string, wanted: Growth) {
  if ('size' in wanted) return api.resizeInstance(id, wanted.size);
  const { disk, ...body } = wanted;
  return disk === null ? api.addDisk(id, body) : api.growDisk(id, disk, body);
}

export function useGrowthPlan(id: string, wanted: Growth, enabled = true) {
  return useQuery({
    queryKey: keys.growth(id, wanted),
    queryFn: ({ signal }) => planGrowth(id, wanted, signal),
    enabled,
    retry: false,
    gcTime: 0,
    placeholderData: (previous) => previous,
  });
}

export function useGrow(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (wanted: Growth) => grow(id, wanted),
    onSuccess: (answer) => {
      if ('job' in answer && answer.job && 'steps' in answer.job) rememberJob(client, answer.job);
      for (const queryKey of [keys.instance(id), keys.activity(id), keys.me]) {
        void client.invalidateQueries({ queryKey });
      }
    },
  });
}

export function useScreenshot(id: string) {
  return useQuery({
    queryKey: keys.screenshot(id),
    queryFn: () => api.getScreenshot(id),
    refetchInterval: 10_000,
    retry: false,
    gcTime: 60_000,
  });
}

export function useGrants(id: string, enabled: boolean) {
  return useQuery({ queryKey: keys.grants(id), queryFn: () => api.listGrants(id), enabled });
}

export function usePutGrant(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ grantee, rights }: { grantee: string; rights: Rights }) =>
      api.putGrant(id, grantee, rights),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.grants(id) }),
        client.invalidateQueries({ queryKey: keys.held }),
      ]),
  });
}

export function useDeleteGrant(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (grantee: string) => api.deleteGrant(id, grantee),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: keys.grants(id) }),
        client.invalidateQueries({ queryKey: keys.held }),
      ]),
  });
}

export function useEffectiveRights(id: string, user: string) {
  return useQuery({
    queryKey: keys.effective(id, user),
    queryFn: () => api.getEffectiveRights(id, user),
    enabled: user !== '',
    retry: false,
  });
}

export function useActivity(id: string) {
  return useInfiniteQuery({
    queryKey: keys.activity(id),
    queryFn: ({ pageParam }) => api.listActivity(id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}
