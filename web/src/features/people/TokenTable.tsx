// The tokens of an account with their last use, and revoking them.
import { Button, Label } from '@patternfly/react-core';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Token } from '@/api/types';
import { ago, dateMinute, dateTime } from '@/lib/format';
import { type Column, DataTable } from '@/ui/DataTable';
import { Dialog } from '@/ui/Dialog';
import { useNow } from '@/ui/hooks';
import { useErrorText } from '../errors';
import { QueryFailure } from '../QueryFailure';

interface Props {
  query: UseQueryResult<Token[]>;
  revoke: UseMutationResult<void, Error, string>;
  empty: ReactNode;
}

export function TokenTable({ query, revoke, empty }: Props) {
  const { t } = useTranslation();
  const [doomed, setDoomed] = useState<Token | null>(null);
  const columns = useColumns(setDoomed);
  if (query.error && !query.data) return <QueryFailure query={query} />;
  return (
    <>
      <DataTable
        label={t('account.tokens')}
        columns={columns}
        rows={query.data}
        rowKey={({ id }) => id}
        prefix="token-"
        empty={empty}
      />
      {doomed && <RevokeDialog token={doomed} revoke={revoke} onClose={() => setDoomed(null)} />}
    </>
  );
}

function useColumns(onRevoke: (token: Token) => void): Column<Token>[] {
  const { t } = useTranslation();
  const now = useNow();
  return [
    {
      key: 'name',
      label: t('tokens.name'),
      sort: ({ name }) => name,
      cell: (token) => (
        <>
          <strong>{token.name}</strong> <Narrowness token={token} />
        </>
      ),
    },
    {
      key: 'expires',
      label: t('tokens.expires'),
      fit: true,
      sort: ({ expires_at }) => expires_at,
      cell: ({ expires_at }) =>
        Date.parse(expires_at) < now ? (
          <span className="ou-bad">{t('tokens.expired')}</span>
        ) : (
          dateMinute(expires_at)
        ),
    },
    {
      key: 'used',
      label: t('tokens.used'),
      fit: true,
      sort: ({ last_used_at }) => last_used_at,
      cell: ({ last_used_at: at, last_address }) =>
        at ? (
          <span title={dateTime(at)}>
            {[ago(at, now), last_address].filter(Boolean).join(' · ')}
          </span>
        ) : (
          <span className="ou-muted">{t('tokens.unused')}</span>
        ),
    },
    {
      key: 'actions',
      label: '',
      isAction: true,
      cell: (token) => (
        <Button
          variant="link"
          isInline
          isDanger
          aria-label={t('tokens.revokeOf', { name: token.name })}
          onClick={() => onRevoke(token)}
        >
          {t('tokens.revoke')}
        </Button>
      ),
    },
  ];
}

function Narrowness({ token }: { token: Token }) {
  const { t } = useTranslation();
  return (
    <>
      {token.read_only && (
        <Label isCompact color="blue">
          {t('tokens.readOnly')}
        </Label>
      )}{' '}
      {token.instances && (
        <Label isCompact color="purple">
          {t('tokens.machines', { count: token.instances.length })}
        </Label>
      )}
    </>
  );
}

interface RevokeProps {
  token: Token;
  revoke: Props['revoke'];
  onClose: () => void;
}

function RevokeDialog({ token, revoke, onClose }: RevokeProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <Dialog
      title={t('tokens.revokeTitle', { name: token.name })}
      titleIcon="warning"
      description={t('tokens.revokeText')}
      confirm={t('tokens.revoke')}
      cancel={t('app.cancel')}
      variant="danger"
      isBusy={revoke.isPending}
      error={revoke.error && errorText(revoke.error)}
      onConfirm={() => revoke.mutate(token.id, { onSuccess: onClose })}
      onClose={onClose}
    />
  );
}
