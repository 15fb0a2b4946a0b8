// The site at a glance: there is, is promised, is used; what needs attention; my quota.
import { Button, Card, CardBody, CardTitle, PageSection } from '@patternfly/react-core';
import { PrintIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { dateMinute } from '@/lib/format';
import { SkeletonLines } from '@/ui/Feedback';
import { useNow } from '@/ui/hooks';
import { PageHeader } from '@/ui/PageHeader';
import { useMe, useRole } from '../session/hooks';
import { allowance, QuotaBars } from '../users/QuotaBars';
import { Attention } from './Attention';
import { CapacityCards } from './CapacityCards';
import { FiguresTable } from './FiguresTable';
import { useStatistics } from './hooks';
import { MyMachines } from './MyMachines';

export function OverviewPage() {
  const { t } = useTranslation();
  const isStaff = useRole('staff');
  const { data } = useStatistics(isStaff);
  const subtitle =
    data &&
    t('overview.subtitle', {
      count: data.instances,
      hosts: data.hosts,
      online: data.hosts_online,
      running: data.running,
    });
  return (
    <>
      <PageHeader
        title={t('pages.overview')}
        subtitle={isStaff ? (subtitle ?? t('app.loading')) : t('overview.hello')}
        actions={isStaff && <PrintButton />}
      />
      <PageSection isFilled>
        <PrintedAt />
        {isStaff && <CapacityCards />}
        <div className="ou-grid">
          <div className="ou-grid__main">
            {isStaff && <FiguresTable />}
            <div className="ou-no-print">
              <MyMachines />
            </div>
          </div>
          <div className="ou-grid__side">
            <Attention />
            <div className="ou-no-print">
              <QuotaCard />
            </div>
          </div>
        </div>
      </PageSection>
    </>
  );
}

/** One page for a report: the print style leaves out what is the viewer's own. */
function PrintButton() {
  const { t } = useTranslation();
  return (
    <Button variant="secondary" icon={<PrintIcon />} onClick={() => window.print()}>
      {t('overview.print')}
    </Button>
  );
}

function PrintedAt() {
  const { t } = useTranslation();
  const now = useNow();
  const time = dateMinute(new Date(now).toISOString());
  return <p className="ou-print-only">{t('overview.printedAt', { time, site: location.host })}</p>;
}

function QuotaCard() {
  const { t } = useTranslation();
  const { data } = useMe();
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('quota.mine')}</CardTitle>
      <CardBody>
        {data ? (
          <QuotaBars {...allowance(data)} />
        ) : (
          <SkeletonLines lines={4} label={t('app.loading')} />
        )}
      </CardBody>
    </Card>
  );
}
