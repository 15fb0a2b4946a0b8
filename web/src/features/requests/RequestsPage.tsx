// What people ask for: one's own requests, and for staff everybody's, the open ones first.
import { PageSection } from '@patternfly/react-core';
import { InboxIcon, PlusCircleIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Request } from '@/api/types';
import { ago, dateTime } from '@/lib/format';
import { holderOf, userHolder } from '@/lib/holder';
import { ReasonButton } from '@/ui/Actions';
import { Empty } from '@/ui/Feedback';
import { FilterSelect } from '@/ui/FilterSelect';
import { type Column, DataTable } from '@/ui/DataTable';
import { useNow } from '@/ui/hooks';
import { PageHeader } from '@/ui/PageHeader';
import { useSetParameter } from '@/ui/parameters';
import { Status, type StatusKind } from '@/ui/Status';
import { HolderLink } from '../people/HolderLink';
import { QueryFailure } from '../QueryFailure';
import { useReadOnly, useRole } from '../session/hooks';
import { RequestActions } from './RequestActions';
import { useRequests } from './hooks';
import { inOrder } from './order';
import { QuotaRequestDialog } from './QuotaRequestDialog';
import { useGiven, useWanted } from './words';

export function RequestsPage() {
  const { t } = useTranslation();
  const isStaff = useRole('staff');
  const requests = useRequests();
  const [isAsking, setAsking] = useState(false);
  const open = requests.data?.filter(({ state }) => state === 'open').length;
  const reason = useReadOnly();
  const ask = (
    <ReasonButton reason={reason} icon={<PlusCircleIcon />} onClick={() => setAsking(true)}>
      {t('requests.askQuota')}
    </ReasonButton>
  );
  return (
    <>
      <PageHeader
        title={t('pages.requests')}
        subtitle={open === undefined ? t('app.loading') : t('requests.open', { count: open })}
        actions={ask}
      />
      <PageSection isFilled>
        {requests.error && !requests.data ? (
          <QueryFailure query={requests} />
        ) : (
          <RequestList requests={requests.data} />
        )}
        {!isStaff && requests.data?.length !== 0 && (
          <p className="ou-small ou-after">{t('requests.lead')}</p>
        )}
      </PageSection>
      {isAsking && <QuotaRequestDialog onClose={() => setAsking(false)} />}
    </>
  );
}

const STATES = ['open', 'approved', 'refused', 'withdrawn'] as const;

function RequestList({ requests }: { requests: Request[] | undefined }) {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const set = useSetParameter();
  const isStaff = useRole('staff');
  const columns = useColumns(isStaff);
  const states = parameters.get('state')?.split(',').filter(Boolean) ?? [];
  const shown = requests?.filter(({ state }) => states.length === 0 || states.includes(state));
  return (
    <>
      <div className="ou-toolbar">
        <FilterSelect
          label={t('filter.state')}
          options={STATES.map((value) => ({ value, label: t(`requests.state.${value}`) }))}
          chosen={states}
          onChange={(chosen) => set('state', chosen.join(','))}
        />
      </div>
      <DataTable
        label={t('pages.requests')}
        columns={columns}
        rows={shown && inOrder(shown)}
        rowKey={({ id }) => id}
        isProse
        empty={
          <Empty
            icon={InboxIcon}
            title={requests?.length ? t('instances.noMatch') : t('requests.none')}
          >
            {requests?.length
              ? t('instances.noMatchHelp')
              : isStaff
                ? t('requests.noneStaff')
                : t('requests.noneUser')}
          </Empty>
        }
      />
    </>
  );
}

const KINDS: Record<Request['state'], StatusKind> = {
  open: 'waiting',
  approved: 'good',
  refused: 'failed',
  withdrawn: 'ended',
};

function useColumns(isStaff: boolean): Column<Request>[] {
  const { t } = useTranslation();
  const now = useNow();
  const wanted = useWanted();
  const who: Column<Request> = {
    key: 'who',
    label: t('requests.who'),
    width: 15,
    sort: ({ requester }) => requester,
    cell: ({ requester, holder }) => (
      <>
        <HolderLink holder={userHolder(requester)} />
        {holder !== userHolder(requester) && (
          <div className="ou-small">
            {t('requests.for')} <HolderLink holder={holderOf(holder)} />
          </div>
        )}
      </>
    ),
  };
  return [
    ...(isStaff ? [who] : []),
    {
      key: 'what',
      label: t('requests.what'),
      width: 35,
      cell: (request) => (
        <>
          <strong>{wanted(request)}</strong>
          <div className="ou-break">{request.reason}</div>
        </>
      ),
    },
    {
      key: 'state',
      label: t('filter.state'),
      fit: true,
      sort: ({ state }) => state,
      cell: ({ state }) => <Status kind={KINDS[state]}>{t(`requests.state.${state}`)}</Status>,
    },
    {
      key: 'answer',
      label: t('requests.answer'),
      width: 25,
      cell: (request) => request.decided_by && <AnswerCell request={request} />,
    },
    {
      key: 'asked',
      label: t('requests.asked'),
      fit: true,
      sort: ({ created_at }) => created_at,
      cell: ({ created_at }) => <span title={dateTime(created_at)}>{ago(created_at, now)}</span>,
    },
    {
      key: 'actions',
      label: '',
      isAction: true,
      narrow: 'below',
      cell: (request) => request.state === 'open' && <RequestActions request={request} />,
    },
  ];
}

function AnswerCell({ request }: { request: Request }) {
  const { t } = useTranslation();
  const now = useNow();
  const given = useGiven()(request);
  const { answer, decided_by, decided_at } = request;
  if (!decided_by || !decided_at) return null;
  return (
    <>
      {answer && <div className="ou-break">{answer}</div>}
      {given && <div>{given}</div>}
      <div className="ou-small" title={dateTime(decided_at)}>
        {t('requests.decided', { name: decided_by, ago: ago(decided_at, now) })}
      </div>
    </>
  );
}
