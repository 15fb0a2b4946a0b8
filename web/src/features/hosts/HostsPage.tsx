// The hypervisors: their state, load and machines; adding one.
import { PageSection } from '@patternfly/react-core';
import { PlusCircleIcon, ServerIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ReasonButton } from '@/ui/Actions';
import { Empty, Failure } from '@/ui/Feedback';
import { PageHeader } from '@/ui/PageHeader';
import { useErrorText } from '../errors';
import { useReadOnly } from '../session/hooks';
import { AddHostDialog } from './AddHostDialog';
import { HostList } from './HostList';
import { useHosts } from './hooks';

export function HostsPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useHosts();
  const errorText = useErrorText();
  const [isAdding, setAdding] = useState(false);
  const reason = useReadOnly();
  const add = (
    <ReasonButton reason={reason} icon={<PlusCircleIcon />} onClick={() => setAdding(true)}>
      {t('host.add')}
    </ReasonButton>
  );
  const online = data?.filter(({ state }) => state === 'online').length ?? 0;
  const empty = (
    <Empty icon={ServerIcon} title={t('host.none')} action={add}>
      {t('host.noneHelp')}
    </Empty>
  );
  return (
    <>
      <PageHeader
        title={t('pages.hosts')}
        subtitle={data ? t('host.counts', { count: data.length, online }) : t('app.loading')}
        actions={data?.length === 0 ? null : add}
      />
      <PageSection isFilled>
        {error && !data ? (
          <Failure
            title={t('error.load')}
            text={errorText(error)}
            retryLabel={t('app.retry')}
            onRetry={() => void refetch()}
          />
        ) : (
          <HostList hosts={data} empty={empty} />
        )}
      </PageSection>
      {isAdding && <AddHostDialog onClose={() => setAdding(false)} />}
    </>
  );
}
