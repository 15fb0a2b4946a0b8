// Where an account is signed in, with ending it.
import { Button } from '@patternfly/react-core';
import { DesktopIcon } from '@patternfly/react-icons';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { SessionEntry } from '@/api/types';
import { browserOf } from '@/lib/agent';
import { ago, dateTime } from '@/lib/format';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Feedback';
import { useNow } from '@/ui/hooks';
import { Status } from '@/ui/Status';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { QueryFailure } from '../QueryFailure';

interface Props {
  query: UseQueryResult<SessionEntry[]>;
  end: UseMutationResult<void, Error, string>;
}

export function SessionTable({ query, end }: Props) {
  const { t } = useTranslation();
  const columns = useColumns(end);
  if (query.error && !query.data) return <QueryFailure query={query} />;
  return (
    <DataTable
      label={t('account.sessions')}
      columns={columns}
      rows={query.data}
      rowKey={({ id }) => id}
      prefix="session-"
      empty={
        <Empty icon={DesktopIcon} title={t('sessions.none')}>
          {t('sessions.noneHelp')}
        </Empty>
      }
    />
  );
}

function useColumns(end: Props['end']): Column<SessionEntry>[] {
  const { t } = useTranslation();
  const now = useNow();
  const time = (at: string) => <span title={dateTime(at)}>{ago(at, now)}</span>;
  return [
    {
      key: 'where',
      label: t('sessions.where'),
      cell: ({ user_agent, current, source }) => (
        <>
          <span title={user_agent}>{browserOf(user_agent) || t('sessions.unknown')}</span>{' '}
          {current && <Status kind="good">{t('sessions.this')}</Status>}
          {source === 'proxy' && <div className="ou-small">{t('sessions.proxy')}</div>}
        </>
      ),
    },
    {
      key: 'address',
      label: t('sessions.address'),
      fit: true,
      sort: ({ address }) => address,
      cell: ({ address }) => address,
    },
    {
      key: 'begun',
      label: t('sessions.begun'),
      fit: true,
      sort: ({ created_at }) => created_at,
      cell: ({ created_at }) => time(created_at),
    },
    {
      key: 'seen',
      label: t('sessions.seen'),
      fit: true,
      sort: ({ last_seen_at }) => last_seen_at,
      cell: ({ last_seen_at }) => time(last_seen_at),
    },
    {
      key: 'actions',
      label: '',
      isAction: true,
      cell: (session) => (session.current ? null : <EndButton session={session} end={end} />),
    },
  ];
}

function EndButton({ session, end }: { session: SessionEntry; end: Props['end'] }) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  return (
    <Button
      variant="link"
      isInline
      aria-label={t('sessions.endOf', { address: session.address })}
      isDisabled={end.isPending}
      onClick={() =>
        end.mutate(session.id, {
          onError: (error) =>
            toast({ variant: 'danger', title: t('sessions.endFailed'), text: errorText(error) }),
        })
      }
    >
      {t('sessions.end')}
    </Button>
  );
}
