// Changes how fast a machine is moved, and how long it may stand still, while it moves.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '@/api/types';
import { Dialog } from '@/ui/Dialog';
import { Notice } from '@/ui/Notice';
import { useToast } from '@/ui/Toasts';
import { otherError, useErrorText } from '../errors';
import { isActive, useChangeMove, useJobs } from '../jobs/hooks';
import { jobTitle } from '../jobs/words';
import { LimitFields, LIMITS, NO_LIMITS, toLimits } from './LimitFields';

export function LimitsDialog({ job, onClose }: { job: Job; onClose: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const { data: jobs = [job] } = useJobs();
  const change = useChangeMove(job.id);
  const [limits, setLimits] = useState(NO_LIMITS);
  const wanted = toLimits(limits);
  const isOver = !jobs.some((other) => other.id === job.id && isActive(other));
  const done = () => {
    toast({ variant: 'success', title: t('migrate.change.done', { title: jobTitle(t, job) }) });
    onClose();
  };
  return (
    <Dialog
      title={t('migrate.change.title', { name: job.instance_name ?? '' })}
      description={t('migrate.change.text')}
      confirm={isOver ? null : t('migrate.change.confirm')}
      cancel={isOver ? t('app.close') : t('app.cancel')}
      isBusy={change.isPending}
      isBlocked={!wanted || Object.keys(wanted).length === 0}
      error={isOver ? null : otherError(change.error, errorText, LIMITS)}
      onConfirm={() => wanted && change.mutate(wanted, { onSuccess: done })}
      onClose={onClose}
    >
      {isOver ? (
        <Notice isLive variant="info" title={t('migrate.change.over')} />
      ) : (
        <LimitFields limits={limits} isChange error={change.error} onChange={setLimits} />
      )}
    </Dialog>
  );
}
