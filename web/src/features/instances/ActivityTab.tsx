// Who did what with an instance, and the jobs about it.
import { Title } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { AuditTable } from '../activity/AuditTable';
import { useJobsOf } from '../jobs/hooks';
import { JobTable } from '../jobs/JobTable';
import { useActivity } from './hooks';
import { useTabInstance } from './InstancePage';

export function ActivityTab() {
  const { t } = useTranslation();
  const { id } = useTabInstance();
  const activity = useActivity(id);
  const { data: jobs } = useJobsOf(id);
  return (
    <>
      {jobs && jobs.length > 0 && (
        <section className="ou-block">
          <Title headingLevel="h2" size="lg">
            {t('jobs.title')}
          </Title>
          <JobTable jobs={jobs} />
        </section>
      )}
      <section className="ou-block">
        <Title headingLevel="h2" size="lg">
          {t('audit.title')}
        </Title>
        <AuditTable query={activity} withoutObject />
      </section>
    </>
  );
}
