// The strip at the bottom: what is under way, how far it is, how it ended.
import { Button, Progress, ProgressMeasureLocation } from '@patternfly/react-core';
import {
  AngleDownIcon,
  AngleUpIcon,
  CheckCircleIcon,
  ExclamationCircleIcon,
  TimesIcon,
} from '@patternfly/react-icons';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Job } from '@/api/types';
import { percent } from '@/lib/format';
import { ReasonButton } from '@/ui/Actions';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { useInstanceDialogs } from '../instances/dialogContext';
import { useReadOnly, useRole } from '../session/hooks';
import { isActive, useCancelJob, useCancelRefusal, useJobs } from './hooks';
import { Steps } from './Steps';
import { jobTitle } from './words';

const SHOWN_AFTER_SUCCESS_MS = 12_000;

export function TaskStrip() {
  const { t } = useTranslation();
  const { data } = useJobs();
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set());
  const [isOpen, setOpen] = useState(false);
  const jobs = (data ?? []).filter(({ id }) => !dismissed.has(id));
  if (jobs.length === 0) return null;
  const dismiss = (id: string) => setDismissed((old) => new Set(old).add(id));
  const shown = isOpen ? jobs : jobs.slice(0, 3);
  return (
    <section className={`ou-tasks${isOpen ? ' ou-tasks--open' : ''}`} aria-label={t('jobs.title')}>
      <h2 className="ou-tasks__title">{t('jobs.title')}</h2>
      <ul className="ou-tasks__list" aria-live="polite" aria-relevant="additions">
        {shown.map((job) => (
          <Task key={job.id} job={job} isDetailed={isOpen} onDismiss={() => dismiss(job.id)} />
        ))}
      </ul>
      {jobs.length > shown.length && (
        <span className="ou-tasks__more">
          {t('jobs.more', { count: jobs.length - shown.length })}
        </span>
      )}
      <Button
        variant="plain"
        size="sm"
        aria-label={isOpen ? t('jobs.collapse') : t('jobs.expand')}
        aria-expanded={isOpen}
        icon={isOpen ? <AngleDownIcon /> : <AngleUpIcon />}
        onClick={() => setOpen(!isOpen)}
      />
    </section>
  );
}

interface TaskProps {
  job: Job;
  isDetailed: boolean;
  onDismiss: () => void;
}

function Task({ job, isDetailed, onDismiss }: TaskProps) {
  const { t } = useTranslation();
  const active = isActive(job);
  useSelfDismiss(job, onDismiss);
  const title = jobTitle(t, job);
  return (
    <li className="ou-task">
      <TaskIcon job={job} />
      <span className="ou-task__title">
        {job.instance && job.kind !== 'delete' ? (
          <Link to={`/instances/${job.instance}`}>{title}</Link>
        ) : (
          title
        )}
      </span>
      <span className="ou-task__message">
        {active ? job.message : (job.error ?? t(`jobs.state.${job.state}`))}
      </span>
      {active && job.progress !== null && (
        <Progress
          className="ou-task__bar"
          aria-label={title}
          value={job.progress}
          size="sm"
          measureLocation={ProgressMeasureLocation.none}
        />
      )}
      {active && job.progress !== null && (
        <span className="ou-task__percent">{percent(job.progress)}</span>
      )}
      {job.kind === 'migrate' && job.state === 'running' && (
        <ChangeButton job={job} title={title} />
      )}
      <TaskButton job={job} title={title} onDismiss={onDismiss} />
      {isDetailed && <Steps job={job} />}
    </li>
  );
}

/** A success goes by itself; what failed stays until it was read. */
function useSelfDismiss(job: Job, onDismiss: () => void) {
  useEffect(() => {
    if (job.state !== 'succeeded' && job.state !== 'cancelled') return;
    const timer = setTimeout(onDismiss, SHOWN_AFTER_SUCCESS_MS);
    return () => clearTimeout(timer);
  }, [job.state]);
}

function TaskIcon({ job }: { job: Job }) {
  if (isActive(job)) return null;
  if (job.state === 'succeeded') return <CheckCircleIcon className="ou-good" />;
  return <ExclamationCircleIcon className={job.state === 'cancelled' ? 'ou-muted' : 'ou-bad'} />;
}

/** Another speed while a machine moves, for those who may say it. */
function ChangeButton({ job, title }: { job: Job; title: string }) {
  const { t } = useTranslation();
  const open = useInstanceDialogs();
  const isAdministrator = useRole('administrator');
  const reason = useReadOnly();
  if (!isAdministrator) return null;
  return (
    <ReasonButton
      variant="link"
      size="sm"
      isInline
      reason={reason}
      aria-label={t('jobs.changeOf', { title })}
      onClick={() => open({ kind: 'limits', job })}
    >
      {t('jobs.change')}
    </ReasonButton>
  );
}

function TaskButton({ job, title, onDismiss }: { job: Job; title: string; onDismiss: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const cancel = useCancelJob();
  const reason = useCancelRefusal(job);
  if (!isActive(job)) {
    const label = t('jobs.dismiss', { title });
    return (
      <Button
        variant="plain"
        size="sm"
        icon={<TimesIcon />}
        aria-label={label}
        onClick={onDismiss}
      />
    );
  }
  const run = () =>
    cancel.mutate(job.id, {
      onError: (error) =>
        toast({
          variant: 'danger',
          title: t('jobs.cancelFailed', { title }),
          text: errorText(error),
        }),
    });
  return (
    <ReasonButton
      variant="link"
      size="sm"
      isInline
      reason={reason}
      isDisabled={cancel.isPending}
      aria-label={t('jobs.cancelOf', { title })}
      onClick={run}
    >
      {t('app.cancel')}
    </ReasonButton>
  );
}
