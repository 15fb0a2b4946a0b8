// Jobs: those under way (kept alive by events), the recent ones, cancelling.
import { type QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import * as api from '@/api/infrastructure';
import type { Job, JobBrief, MoveChange } from '@/api/types';
import { useInstance } from '../instances/hooks';
import { keys } from '../keys';
import { patch } from '../live';
import { useReadOnly, useSignedIn } from '../session/hooks';

export const isActive = ({ state }: JobBrief) => state === 'queued' || state === 'running';

/** Active jobs and those that ended since the page was opened. */
export function useJobs() {
  const client = useQueryClient();
  return useQuery({
    queryKey: keys.jobs,
    queryFn: async () => {
      const active = await api.listActiveJobs();
      const known = client.getQueryData<Job[]>(keys.jobs) ?? [];
      const ids = new Set(active.map(({ id }) => id));
      return [...active, ...known.filter((job) => !ids.has(job.id) && !isActive(job))];
    },
  });
}

export function useRecentJobs() {
  return useQuery({
    queryKey: keys.recentJobs,
    queryFn: async () => (await api.listRecentJobs()).items,
  });
}

export function useJobsOf(instance: string) {
  return useQuery({ queryKey: keys.jobsOf(instance), queryFn: () => api.listJobsOf(instance) });
}

/** Null where I may cancel it: what I began, what is done to a machine that I may delete, or anything. */
export function useCancelRefusal(job: Job): string | null {
  const { t } = useTranslation();
  const { user, role } = useSignedIn();
  const readOnly = useReadOnly();
  const isMine = job.actor === user || role === 'administrator';
  const asks = isActive(job) && !isMine && readOnly === null && job.instance !== null;
  const { data } = useInstance(job.instance ?? '', asks);
  if (readOnly !== null || isMine) return readOnly;
  const mayDelete = data?.actions.some(({ action, allowed }) => action === 'delete' && allowed);
  return mayDelete ? null : t('jobs.notYours');
}

export function useCancelJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.cancelJob,
    onSuccess: (job) =>
      client.setQueryData<Job[]>(keys.jobs, (list) =>
        patch(list ?? [], new Map([[job.id, job]]), ({ id }) => id),
      ),
  });
}

export function useChangeMove(id: string) {
  return useMutation({ mutationFn: (change: MoveChange) => api.changeMove(id, change) });
}

/** Shows a job at once, before its first event arrives; events that were faster know it better. */
export function rememberJob(client: QueryClient, job: Job) {
  client.setQueryData<Job[]>(keys.jobs, (list = []) =>
    list.some(({ id }) => id === job.id) ? list : [...list, job],
  );
}
