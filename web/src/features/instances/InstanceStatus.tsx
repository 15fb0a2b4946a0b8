// The state of an instance: icon, word and colour, or the verb of the job that changes it.
import { Progress, ProgressMeasureLocation } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { InstanceRow, InstanceState } from '@/api/types';
import { Status, type StatusKind } from '@/ui/Status';

const KINDS: Record<InstanceState, StatusKind> = {
  running: 'running',
  paused: 'paused',
  suspended: 'asleep',
  shutdown: 'busy',
  shutoff: 'off',
  crashed: 'failed',
  missing: 'missing',
  unknown: 'missing',
};

export function InstanceStatus({ row }: { row: Pick<InstanceRow, 'state' | 'job'> }) {
  const { t } = useTranslation();
  if (row.job?.kind === 'clone') return <Status kind="busy">{t('state.creating')}</Status>;
  if (row.job?.kind === 'delete') return <Status kind="busy">{t('state.deleting')}</Status>;
  return <Status kind={KINDS[row.state]}>{t(`state.${row.state}`)}</Status>;
}

/** The bar under the state while a job works on the instance. */
export function JobProgress({ row }: { row: InstanceRow }) {
  const { t } = useTranslation();
  if (row.job === null || row.job.progress === null) return null;
  return (
    <Progress
      className="ou-row-progress"
      aria-label={t('instances.progressOf', { name: row.name })}
      value={row.job.progress}
      size="sm"
      measureLocation={ProgressMeasureLocation.none}
    />
  );
}
