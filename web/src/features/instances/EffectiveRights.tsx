// What a user may do with an instance in the end, and by what.
import { Button, Form } from '@patternfly/react-core';
import type { TFunction } from 'i18next';
import { type FormEvent, Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { EffectiveRight, Role } from '@/api/types';
import { readCause, readObstacle } from '@/lib/effective';
import { type Column, DataTable } from '@/ui/DataTable';
import { TextField } from '@/ui/Field';
import { Status } from '@/ui/Status';
import { fieldError, useErrorText } from '../errors';
import { HolderLink } from '../people/HolderLink';
import { useSignedIn } from '../session/hooks';
import { useUsers } from '../users/hooks';
import { useEffectiveRights } from './hooks';

export function EffectiveRights({ id }: { id: string }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { data: users = [] } = useUsers();
  const [name, setName] = useState('');
  const [user, setUser] = useState('');
  const { data, error, isFetching } = useEffectiveRights(id, user);
  const columns = useColumns(data?.user ?? '');
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

function useColumns(user: string): Column<EffectiveRight>[] {
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
      cell: (right) => <Why right={right} user={user} />,
    },
  ];
}

function Why({ right, user }: { right: EffectiveRight; user: string }) {
  const { t } = useTranslation();
  const me = useSignedIn();
  const { allowed, because, reason, remedy } = right;
  if (allowed) return because.map((text) => <CauseLine key={text} text={text} />);
  if (user !== me.user) return t(`access.obstacle.${readObstacle(reason)}`, { name: user });
  return (
    <>
      {reason}
      {remedy && <div className="ou-small">{remedy}</div>}
    </>
  );
}

function CauseLine({ text }: { text: string }) {
  const { t } = useTranslation();
  const cause = readCause(text);
  if (!cause) return <div>{text}</div>;
  const { kind, holder, role, through } = cause;
  return (
    <div>
      {kind === 'role' ? roleText(t, role ?? '') : t(`access.cause.${kind}`)}{' '}
      {holder && <HolderLink holder={holder} />}
      {through.map((group) => (
        <Fragment key={group}>
          {' '}
          {t('access.through')} <HolderLink holder={group} />
        </Fragment>
      ))}
    </div>
  );
}

const roleText = (t: TFunction, role: string) =>
  t('access.cause.role', {
    role: t(`role.${role as Role}`, { defaultValue: role }),
  });
