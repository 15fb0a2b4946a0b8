// One instance: its header with the actions, and its tabs.
import { PageSection } from '@patternfly/react-core';
import { UnknownIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Outlet, useOutletContext, useParams } from 'react-router';
import { ApiError } from '@/api/client';
import type { Instance } from '@/api/types';
import { ago } from '@/lib/format';
import { Failure, SkeletonLines } from '@/ui/Feedback';
import { useNow } from '@/ui/hooks';
import { PageHeader } from '@/ui/PageHeader';
import { TabNav } from '@/ui/TabNav';
import { useErrorText } from '../errors';
import { DeadEnd } from '../frame/DeadEnd';
import { useSignedIn } from '../session/hooks';
import { HeaderActions } from './HeaderActions';
import { useInstance } from './hooks';
import { InstanceStatus } from './InstanceStatus';
import { ownerText } from './words';

export function InstancePage() {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const { data, error, refetch } = useInstance(id);
  const errorText = useErrorText();
  const list = useList();
  if (error instanceof ApiError && error.problem.status === 404) {
    return (
      <DeadEnd
        icon={UnknownIcon}
        heading={t('error.notFound')}
        title={t('instances.gone')}
        text={t('instances.goneHelp')}
        onward={list}
      />
    );
  }
  if (data) return <Loaded key={data.id} instance={data} />;
  return (
    <PageSection>
      {error ? (
        <Failure
          title={t('error.load')}
          text={errorText(error)}
          retryLabel={t('app.retry')}
          onRetry={() => void refetch()}
        />
      ) : (
        <SkeletonLines lines={8} label={t('app.loading')} />
      )}
    </PageSection>
  );
}

/** Where instances are listed, as this person knows it. */
function useList() {
  const { t } = useTranslation();
  const { role } = useSignedIn();
  return { label: role === 'user' ? t('pages.mine') : t('pages.instances'), to: '/instances' };
}

/** What every tab is given. */
export const useTabInstance = () => useOutletContext<Instance>();

function Loaded({ instance }: { instance: Instance }) {
  const list = useList();
  return (
    <>
      <PageHeader
        title={instance.name}
        badge={<InstanceStatus row={instance} />}
        subtitle={<Subtitle instance={instance} />}
        crumbs={[list]}
        actions={<HeaderActions instance={instance} />}
      />
      <InstanceTabs instance={instance} />
      <PageSection isFilled className="ou-tab">
        <Outlet context={instance} />
      </PageSection>
    </>
  );
}

function Subtitle({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const { role, user } = useSignedIn();
  const now = useNow();
  const stale = instance.host_state === 'offline' && instance.seen_at !== null;
  const foreign = instance.owners.filter((owner) => owner !== user);
  const parts = [
    instance.job?.message,
    instance.title,
    instance.template && t('instances.template'),
    role === 'administrator' && instance.host,
    foreign.length > 0 &&
      t('instances.owner', { owner: foreign.map((owner) => ownerText(t, owner)).join(', ') }),
    stale && t('instances.stale', { ago: ago(instance.seen_at ?? '', now) }),
  ];
  return <>{parts.filter(Boolean).join(' · ')}</>;
}

const TABS = ['overview', 'console', 'access', 'activity'] as const;

function InstanceTabs({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const tabs = TABS.map((tab) => ({
    to: `/instances/${instance.id}${tab === 'overview' ? '' : `/${tab}`}`,
    text: t(`tabs.${tab}`),
    isIndex: tab === 'overview',
  }));
  return <TabNav label={t('tabs.label')} tabs={tabs} />;
}
