// The site at a glance: there is, is promised, is used; what needs attention; my quota.
import { Card, CardBody, CardTitle, PageSection } from '@patternfly/react-core';
import { ServerIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty, SkeletonLines } from '@/ui/Feedback';
import { PageHeader } from '@/ui/PageHeader';
import { HostTable } from '../hosts/HostTable';
import { useHosts } from '../hosts/hooks';
import { useMe, useRole } from '../session/hooks';
import { allowance, QuotaBars } from '../users/QuotaBars';
import { Attention } from './Attention';
import { CapacityCards } from './CapacityCards';
import { useStatistics } from './hooks';
import { MyMachines } from './MyMachines';

export function OverviewPage() {
  const { t } = useTranslation();
  const isStaff = useRole('staff');
  const isAdministrator = useRole('administrator');
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
      />
      <PageSection isFilled>
        {isStaff && <CapacityCards />}
        <div className="ou-grid">
          <div className="ou-grid__main">
            {isAdministrator && <HostsCard />}
            <MyMachines />
          </div>
          <div className="ou-grid__side">
            <Attention />
            <QuotaCard />
          </div>
        </div>
      </PageSection>
    </>
  );
}

function HostsCard() {
  const { t } = useTranslation();
  const { data } = useHosts();
  const empty = (
    <Empty
      icon={ServerIcon}
      title={t('host.none')}
      action={<Link to="/hosts">{t('host.add')}</Link>}
    >
      {t('host.noneHelp')}
    </Empty>
  );
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('pages.hosts')}</CardTitle>
      <CardBody>
        <HostTable hosts={data} empty={empty} isBrief />
      </CardBody>
    </Card>
  );
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
