// Names jobs in words.
import type { TFunction } from 'i18next';
import type { Job } from '@/api/types';

const KINDS = ['clone', 'delete', 'resize', 'add_disk', 'grow_disk', 'migrate'] as const;

/** "Create ourea7"; a kind that is newer than this catalogue is shown as the server calls it. */
export function jobTitle(t: TFunction, job: Pick<Job, 'kind' | 'instance_name'>): string {
  const kind = KINDS.find((known) => known === job.kind);
  const name = job.instance_name ?? '';
  return kind ? t(`jobs.kind.${kind}`, { name }) : `${job.kind} ${name}`.trim();
}
