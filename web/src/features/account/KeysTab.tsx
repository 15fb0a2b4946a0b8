// My SSH keys, which new machines can be given.
import { Button, Content } from '@patternfly/react-core';
import { KeyIcon, PlusCircleIcon, TrashIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SshKey } from '@/api/types';
import { ago, dateTime } from '@/lib/format';
import { type Column, DataTable } from '@/ui/DataTable';
import { Dialog } from '@/ui/Dialog';
import { Empty } from '@/ui/Feedback';
import { TextField } from '@/ui/Field';
import { useNow } from '@/ui/hooks';
import { TextAreaField } from '@/ui/TextArea';
import { useToast } from '@/ui/Toasts';
import { fieldError, otherError, useErrorText } from '../errors';
import { QueryFailure } from '../QueryFailure';
import { useAddKey, useDeleteKey, useKeys } from './hooks';

export function KeysTab() {
  const { t } = useTranslation();
  const keys = useKeys();
  const columns = useColumns();
  const [isAdding, setAdding] = useState(false);
  const add = (
    <Button variant="secondary" icon={<PlusCircleIcon />} onClick={() => setAdding(true)}>
      {t('keys.add')}
    </Button>
  );
  const empty = (
    <Empty icon={KeyIcon} title={t('keys.none')} action={add}>
      {t('keys.noneHelp')}
    </Empty>
  );
  if (keys.error && !keys.data) return <QueryFailure query={keys} />;
  return (
    <>
      {keys.data?.length !== 0 && (
        <div className="ou-bar">
          <Content component="p">{t('keys.lead')}</Content>
          {add}
        </div>
      )}
      <DataTable
        label={t('account.keys')}
        columns={columns}
        rows={keys.data}
        rowKey={({ id }) => id}
        empty={empty}
      />
      {isAdding && <AddKeyDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function useColumns(): Column<SshKey>[] {
  const { t } = useTranslation();
  const now = useNow();
  return [
    {
      key: 'title',
      label: t('keys.title'),
      sort: ({ title }) => title,
      cell: ({ title, type }) => (
        <>
          <strong>{title || t('app.none')}</strong>
          <div className="ou-small">{type}</div>
        </>
      ),
    },
    {
      key: 'fingerprint',
      label: t('keys.fingerprint'),
      cell: ({ fingerprint }) => <code className="ou-break">{fingerprint}</code>,
    },
    {
      key: 'added',
      label: t('keys.added'),
      fit: true,
      sort: ({ created_at }) => created_at,
      cell: ({ created_at }) => <span title={dateTime(created_at)}>{ago(created_at, now)}</span>,
    },
    { key: 'actions', label: '', isAction: true, cell: (key) => <DeleteButton sshKey={key} /> },
  ];
}

function DeleteButton({ sshKey }: { sshKey: SshKey }) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const remove = useDeleteKey();
  return (
    <Button
      variant="plain"
      icon={<TrashIcon />}
      aria-label={t('keys.delete', { title: sshKey.title })}
      isDisabled={remove.isPending}
      onClick={() =>
        remove.mutate(sshKey.id, {
          onError: (error) =>
            toast({ variant: 'danger', title: t('keys.deleteFailed'), text: errorText(error) }),
        })
      }
    />
  );
}

function AddKeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [title, setTitle] = useState('');
  const [key, setKey] = useState('');
  const add = useAddKey();
  const body = { title: title.trim() || null, public_key: key.trim() };
  return (
    <Dialog
      title={t('keys.add')}
      size="medium"
      confirm={t('keys.addConfirm')}
      cancel={t('app.cancel')}
      isBusy={add.isPending}
      isBlocked={!key.trim()}
      error={otherError(add.error, errorText, ['title', 'public_key'])}
      onConfirm={() => add.mutate(body, { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextAreaField
        id="key"
        label={t('keys.key')}
        help={t('keys.keyHelp')}
        className="ou-mono"
        rows={4}
        isRequired
        value={key}
        onChange={setKey}
        error={fieldError(add.error, 'public_key')}
      />
      <TextField
        id="key-title"
        label={t('keys.title')}
        help={t('keys.titleHelp')}
        autoComplete="off"
        value={title}
        onChange={setTitle}
        error={fieldError(add.error, 'title')}
      />
    </Dialog>
  );
}
