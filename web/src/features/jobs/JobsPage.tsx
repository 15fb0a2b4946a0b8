// All jobs that I may see, those under way first.
import { PageSection } from '@patternfly/react-core';
import { ListUlIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Empty, Failure } from '@/ui/Feedback';
import { PageHeader } from '@/ui/PageHeader';
import { useErrorText } from '../errors';
import { useJobs, useRecentJobs } from './hooks';
import { JobTable } from './JobTable';

export function JobsPage() {
  const { t } = useTranslation();
  const recent = useRecentJobs();
  const live = new Map(useJobs().data?.map((job) => [job.id, job]));
  const errorText = useErrorText();
  const known = new Set(recent.data?.map(({ id }) => id));
  const fresh = [...live.values()].filter(({ id }) => !known.has(id));
  const jobs = recent.data && [...fresh, ...recent.data.map((job) => live.get(job.id) ?? job)];
  return (
    <>
      <PageHeader title={t('jobs.title')} subtitle={t('jobs.lead')} />
      <PageSection isFilled>
        {recent.error && !recent.data ? (
          <Failure
            title={t('error.load')}
            text={errorText(recent.error)}
            retryLabel={t('app.retry')}
            onRetry={() => void recent.refetch()}
          />
        ) : (
          <JobTable
            jobs={jobs}
            empty={
              <Empty icon={ListUlIcon} title={t('jobs.none')}>
                {t('jobs.noneHelp')}
              </Empty>
            }
          />
        )}
      </PageSection>
    </>
  );
}
