// Jobs as a table: what, whose, how far, how it ended, its steps.
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Job, JobState } from '@/api/types';
import { ago, dateTime, percent } from '@/lib/format';
import { type Column, DataTable } from '@/ui/DataTable';
import { useNow } from '@/ui/hooks';
import { Status, type StatusKind } from '@/ui/Status';
import { Steps } from './Steps';
import { jobTitle } from './words';

const KINDS: Record<JobState, StatusKind> = {
  queued: 'busy',
  running: 'busy',
  succeeded: 'good',
  failed: 'failed',
  cancelled: 'ended',
  undone: 'warning',
};

export function JobTable({ jobs, empty }: { jobs: Job[] | undefined; empty?: React.ReactNode }) {
  const { t } = useTranslation();
  const columns = useColumns();
  return (
    <DataTable
      label={t('jobs.title')}
      columns={columns}
      rows={jobs}
      rowKey={({ id }) => id}
      empty={empty}
      prefix="job-"
    />
  );
}

function useColumns(): Column<Job>[] {
  const { t } = useTranslation();
  const now = useNow();
  return [
    { key: 'title', label: t('jobs.what'), fit: true, cell: (job) => <TitleCell job={job} /> },
    { key: 'state', label: t('columns.state'), fit: true, cell: (job) => <StateCell job={job} /> },
    { key: 'message', label: t('jobs.message'), cell: (job) => <MessageCell job={job} /> },
    { key: 'actor', label: t('audit.actor'), fit: true, cell: ({ actor }) => actor },
    {
      key: 'at',
      label: t('audit.at'),
      fit: true,
      cell: ({ created_at }) => <span title={dateTime(created_at)}>{ago(created_at, now)}</span>,
    },
  ];
}

function TitleCell({ job }: { job: Job }) {
  const { t } = useTranslation();
  const title = jobTitle(t, job);
  return job.instance ? <Link to={`/instances/${job.instance}`}>{title}</Link> : title;
}

function StateCell({ job }: { job: Job }) {
  const { t } = useTranslation();
  const isRunning = job.state === 'running' && job.progress !== null;
  return (
    <>
      <Status kind={KINDS[job.state]}>{t(`jobs.state.${job.state}`)}</Status>
      {isRunning && <span className="ou-small"> {percent(job.progress ?? 0)}</span>}
    </>
  );
}

function MessageCell({ job }: { job: Job }) {
  const { t } = useTranslation();
  return (
    <>
      <div className={job.error ? 'ou-bad' : ''}>{job.error ?? job.message}</div>
      {job.steps.length > 0 && (
        <details>
          <summary className="ou-summary">{t('jobs.steps', { count: job.steps.length })}</summary>
          <Steps job={job} />
        </details>
      )}
    </>
  );
}
