// The list of instances: filters in the URL, live rows, actions on several at once.
import { Button, PageSection } from '@patternfly/react-core';
import { CubesIcon, PlusCircleIcon, SearchIcon } from '@patternfly/react-icons';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { InstanceRow, Role } from '@/api/types';
import { Empty, Failure } from '@/ui/Feedback';
import { usePhone } from '@/ui/hooks';
import { PageHeader } from '@/ui/PageHeader';
import { useErrorText } from '../errors';
import { useSignedIn } from '../session/hooks';
import { BulkBar } from './BulkBar';
import { applyFilter, type Filter, isFiltered, readFilter } from './filter';
import { useInstances } from './hooks';
import { InstanceCards } from './InstanceCards';
import { InstanceTable } from './InstanceTable';
import { InstanceToolbar } from './InstanceToolbar';
import { InstanceWall } from './InstanceWall';
import { NewButton } from './NewButton';
import { useColumns } from './useColumns';
import { useSelection } from './useSelection';

export function InstancesPage() {
  const { t } = useTranslation();
  const { role } = useSignedIn();
  const { data, error, refetch } = useInstances();
  const errorText = useErrorText();
  const all = useMemo(() => data && visibleTo(role, data), [data, role]);
  return (
    <>
      <PageHeader
        title={role === 'user' ? t('pages.mine') : t('pages.instances')}
        subtitle={all ? <Counts rows={all} /> : t('app.loading')}
        actions={<New />}
      />
      <PageSection isFilled className="ou-list">
        {error && !data ? (
          <Failure
            title={t('error.load')}
            text={errorText(error)}
            retryLabel={t('app.retry')}
            onRetry={() => void refetch()}
          />
        ) : (
          <InstanceList all={all} />
        )}
      </PageSection>
    </>
  );
}

/** Ordinary users find templates on their own page; here are their machines. */
const visibleTo = (role: Role, rows: InstanceRow[]) =>
  role === 'user' ? rows.filter(({ template }) => !template) : rows;

function Counts({ rows }: { rows: InstanceRow[] }) {
  const { t } = useTranslation();
  const running = rows.filter(({ state }) => state === 'running').length;
  const troubled = rows.filter(({ state }) => state === 'crashed' || state === 'missing').length;
  return (
    <>
      {t('instances.inAll', { count: rows.length })} · {t('instances.running', { count: running })}
      {troubled > 0 && (
        <>
          {' · '}
          <Link to="/instances?state=crashed,missing">
            {t('instances.troubled', { count: troubled })}
          </Link>
        </>
      )}
    </>
  );
}

function New() {
  const { t } = useTranslation();
  return (
    <NewButton to="/instances/new" icon={<PlusCircleIcon />}>
      {t('instances.new')}
    </NewButton>
  );
}

function InstanceList({ all }: { all: InstanceRow[] | undefined }) {
  const [parameters] = useSearchParams();
  const filter = useMemo(() => readFilter(parameters), [parameters]);
  const rows = useMemo(() => all && applyFilter(all, filter), [all, filter]);
  const selection = useSelection();
  const [columns, setColumns] = useColumns();
  const chosen = rows?.filter(({ id }) => selection.ids.has(id)) ?? [];
  const isPhone = usePhone();
  const bar = <BulkBar rows={chosen} onDone={() => selection.set([])} />;
  return (
    <>
      {!isPhone && bar}
      {(isPhone || chosen.length === 0) && (
        <InstanceToolbar {...{ all: all ?? [], filter, columns, setColumns }} />
      )}
      {rows?.length === 0 ? (
        <Nothing isFiltered={isFiltered(filter)} />
      ) : (
        <View {...{ rows, filter, columns, selection }} />
      )}
      {isPhone && bar}
    </>
  );
}

interface ViewProps {
  rows: InstanceRow[] | undefined;
  filter: Filter;
  columns: ReturnType<typeof useColumns>[0];
  selection: ReturnType<typeof useSelection>;
}

function View({ rows, filter, columns, selection }: ViewProps) {
  const isPhone = usePhone();
  const [parameters, setParameters] = useSearchParams();
  if (parameters.get('view') === 'wall') return <InstanceWall rows={rows ?? []} />;
  if (isPhone) return <InstanceCards rows={rows} selection={selection} />;
  const sort = (value: string) =>
    setParameters(
      (old) => {
        old.set('sort', value);
        return old;
      },
      { replace: true },
    );
  return (
    <InstanceTable
      rows={rows}
      columns={columns}
      sort={filter.sort}
      onSort={sort}
      selection={selection}
    />
  );
}

function Nothing({ isFiltered: filtered }: { isFiltered: boolean }) {
  const { t } = useTranslation();
  const [, setParameters] = useSearchParams();
  if (filtered) {
    const clear = (
      <Button variant="link" onClick={() => setParameters({})}>
        {t('filter.clear')}
      </Button>
    );
    return (
      <Empty icon={SearchIcon} title={t('instances.noMatch')} action={clear}>
        {t('instances.noMatchHelp')}
      </Empty>
    );
  }
  return (
    <Empty icon={CubesIcon} title={t('instances.none')} action={<New />}>
      {t('instances.noneHelp')}
    </Empty>
  );
}
