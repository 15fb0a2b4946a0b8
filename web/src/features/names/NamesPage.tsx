// The pre-registered names: which are free, which are used by what, what is wrong with them.
import { Label, PageSection, SearchInput } from '@patternfly/react-core';
import {
  ExclamationTriangleIcon,
  SearchIcon,
  TagIcon,
  TrashIcon,
  UploadIcon,
} from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { Name } from '@/api/types';
import { ReasonButton } from '@/ui/Actions';
import { CopyText } from '@/ui/Copy';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty, Failure } from '@/ui/Feedback';
import { FilterSelect } from '@/ui/FilterSelect';
import { PageHeader } from '@/ui/PageHeader';
import { useSetParameter } from '@/ui/parameters';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { useInstances } from '../instances/hooks';
import { useReadOnly, useRole } from '../session/hooks';
import { useDeleteName, useNames } from './hooks';
import { ImportDialog } from './ImportDialog';

export function NamesPage() {
  const { t } = useTranslation();
  const names = useNames();
  const errorText = useErrorText();
  const isAdministrator = useRole('administrator');
  const reason = useReadOnly();
  const [isImporting, setImporting] = useState(false);
  const free = names.data?.filter(({ state }) => state === 'free').length ?? 0;
  const add = isAdministrator && (
    <ReasonButton reason={reason} icon={<UploadIcon />} onClick={() => setImporting(true)}>
      {t('names.import')}
    </ReasonButton>
  );
  return (
    <>
      <PageHeader
        title={t('pages.names')}
        subtitle={
          names.data ? t('names.counts', { count: names.data.length, free }) : t('app.loading')
        }
        actions={names.data?.length === 0 ? null : add}
      />
      <PageSection isFilled>
        {names.error && !names.data ? (
          <Failure
            title={t('error.load')}
            text={errorText(names.error)}
            retryLabel={t('app.retry')}
            onRetry={() => void names.refetch()}
          />
        ) : (
          <NameList names={names.data} action={add} />
        )}
      </PageSection>
      {isImporting && <ImportDialog onClose={() => setImporting(false)} />}
    </>
  );
}

function useFilter(names: Name[] | undefined) {
  const [parameters] = useSearchParams();
  const q = (parameters.get('q') ?? '').toLowerCase();
  const state = parameters.get('state')?.split(',').filter(Boolean) ?? [];
  const pool = parameters.get('pool')?.split(',').filter(Boolean) ?? [];
  const shown = names?.filter(
    (name) =>
      (state.length === 0 || state.includes(name.state)) &&
      (pool.length === 0 || pool.includes(name.pool)) &&
      [name.name, name.ip, name.mac].some((text) => text?.toLowerCase().includes(q)),
  );
  return { q, state, pool, shown };
}

function NameList({ names, action }: { names: Name[] | undefined; action: React.ReactNode }) {
  const { t } = useTranslation();
  const isAdministrator = useRole('administrator');
  const set = useSetParameter();
  const { q, state, pool, shown } = useFilter(names);
  const columns = useColumns();
  if (names?.length === 0) {
    return (
      <Empty icon={TagIcon} title={t('names.none')} action={action}>
        {isAdministrator ? t('names.noneAdmin') : t('names.noneUser')}
      </Empty>
    );
  }
  const pools = [...new Set(names?.map((name) => name.pool))].map((value) => ({
    value,
    label: value,
  }));
  const states = (['free', 'used'] as const).map((value) => ({
    value,
    label: t(`names.state.${value}`),
  }));
  return (
    <>
      <div className="ou-toolbar">
        <SearchInput
          aria-label={t('names.filter')}
          placeholder={t('names.filter')}
          value={q}
          onChange={(_, value) => set('q', value)}
          onClear={() => set('q', '')}
        />
        <FilterSelect
          label={t('filter.state')}
          options={states}
          chosen={state}
          onChange={(v) => set('state', v.join(','))}
        />
        <FilterSelect
          label={t('names.pool')}
          options={pools}
          chosen={pool}
          onChange={(v) => set('pool', v.join(','))}
        />
      </div>
      <DataTable
        label={t('pages.names')}
        columns={columns}
        rows={shown}
        rowKey={({ name }) => name}
        empty={
          <Empty icon={SearchIcon} title={t('names.noMatch')}>
            {t('instances.noMatchHelp')}
          </Empty>
        }
      />
    </>
  );
}

function useColumns(): Column<Name>[] {
  const { t } = useTranslation();
  const isAdministrator = useRole('administrator');
  const copy = (text: string | null) =>
    text ? <CopyText text={text} label={t('app.copy')} done={t('app.copied')} /> : t('app.none');
  const columns: Column<Name>[] = [
    {
      key: 'name',
      label: t('names.name'),
      width: 30,
      sort: ({ name }) => name,
      cell: (name) => <NameCell name={name} />,
    },
    {
      key: 'state',
      label: t('columns.state'),
      width: 25,
      sort: ({ state }) => state,
      cell: (name) => <StateCell name={name} />,
    },
    {
      key: 'ip',
      label: t('names.ip'),
      fit: true,
      sort: ({ ip }) => ip,
      cell: ({ ip }) => copy(ip),
    },
    { key: 'mac', label: t('names.mac'), fit: true, cell: ({ mac }) => copy(mac) },
    {
      key: 'pool',
      label: t('names.pool'),
      fit: true,
      sort: ({ pool }) => pool,
      cell: ({ pool }) => pool,
    },
  ];
  if (!isAdministrator) return columns;
  return [
    ...columns,
    { key: 'remove', label: '', isAction: true, cell: (name) => <RemoveButton name={name} /> },
  ];
}

function NameCell({ name }: { name: Name }) {
  return (
    <>
      <strong>{name.name}</strong>
      {name.problems.map((problem) => (
        <div key={problem} className="ou-small">
          <ExclamationTriangleIcon className="ou-warn" /> {problem}
        </div>
      ))}
    </>
  );
}

function StateCell({ name }: { name: Name }) {
  const { t } = useTranslation();
  const { data } = useInstances();
  if (name.state === 'free') {
    return (
      <Label isCompact color="green" variant="outline">
        {t('names.state.free')}
      </Label>
    );
  }
  const user = data?.find(({ id }) => id === name.instance);
  return (
    <>
      <Label isCompact variant="outline">
        {t('names.state.used')}
      </Label>{' '}
      {name.instance && (
        <Link to={`/instances/${name.instance}`}>
          {user?.title ?? user?.name ?? t('names.instance')}
        </Link>
      )}
    </>
  );
}

function RemoveButton({ name }: { name: Name }) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const remove = useDeleteName();
  const reason = useReadOnly();
  if (name.state === 'used') return null;
  const run = () =>
    remove.mutate(name.name, {
      onSuccess: () =>
        toast({ variant: 'success', title: t('names.removed', { name: name.name }) }),
      onError: (error) =>
        toast({
          variant: 'danger',
          title: t('names.removeFailed', { name: name.name }),
          text: errorText(error),
        }),
    });
  return (
    <ReasonButton
      variant="plain"
      size="sm"
      reason={reason}
      icon={<TrashIcon />}
      aria-label={t('names.remove', { name: name.name })}
      isDisabled={remove.isPending}
      onClick={run}
    />
  );
}
