// What a user may do with an instance in the end, and by what.
import { Button, Form } from '@patternfly/react-core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EffectiveRight } from '@/api/types';
import { type Column, DataTable } from '@/ui/DataTable';
import { TextField } from '@/ui/Field';
import { Status } from '@/ui/Status';
import { fieldError, useErrorText } from '../errors';
import { useUsers } from '../users/hooks';
import { useEffectiveRights } from './hooks';

export function EffectiveRights({ id }: { id: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { data: users = [] } = useUsers();
  const [name, setName] = useState('');
  const [user, setUser] = useState('');
  const { data, error, isFetching } = useEffectiveRights(id, user);
  const columns = useColumns();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setUser(name.trim());
  };
  return (
    <>
      <Form className="ou-effective" onSubmit={submit}>
        <TextField
          id="effective-user"
          label={t('access.user')}
          help={t('access.effectiveHelp')}
          autoComplete="off"
          options={users.map((entry) => entry.name)}
          value={name}
          onChange={setName}
          error={
            user === name.trim() ? (fieldError(error, 'user') ?? (error && errorText(error))) : null
          }
        />
        <Button type="submit" variant="secondary" isDisabled={!name.trim()} isLoading={isFetching}>
          {t('access.show')}
        </Button>
      </Form>
      <div aria-live="polite">
        {data && (
          <DataTable
            label={t('access.effectiveOf', { name: data.user })}
            columns={columns}
            rows={data.rights}
            rowKey={({ right }) => right}
            empty={null}
          />
        )}
      </div>
    </>
  );
}

function useColumns(): Column<EffectiveRight>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'right',
      label: t('access.rights'),
      cell: ({ right }) => (
        <>
          <strong>{t(`access.right.${right}`)}</strong>
          <div className="ou-small">{t(`access.means.${right}`)}</div>
        </>
      ),
    },
    {
      key: 'allowed',
      label: t('access.allowed'),
      fit: true,
      cell: ({ allowed }) => (
        <Status kind={allowed ? 'good' : 'ended'}>{allowed ? t('app.yes') : t('app.no')}</Status>
      ),
    },
    {
      key: 'because',
      label: t('access.because'),
      cell: ({ because, reason, remedy }) => (
        <>
          {reason}
          {because.map((reason) => (
            <div key={reason}>{reason}</div>
          ))}
          {remedy && <div className="ou-small">{remedy}</div>}
        </>
      ),
    },
  ];
}
