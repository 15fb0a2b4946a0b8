// The storage pools and the networks of a host.
import { Card, CardBody, CardTitle } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Network, Pool } from '@/api/types';
import { bytes } from '@/lib/format';
import { share } from '@/lib/quota';
import { type Column, DataTable } from '@/ui/DataTable';
import { Failure } from '@/ui/Feedback';
import { Meter } from '@/ui/Meter';
import { Status, type StatusKind } from '@/ui/Status';
import { useErrorText } from '../errors';
import { useNetworks, usePools } from './hooks';
import { SharedCell, SharedHelp } from './SharedPool';

export function PoolsCard({ host }: { host: string }) {
  const { t } = useTranslation();
  const { data, error } = usePools(host);
  const columns: Column<Pool>[] = [
    {
      key: 'name',
      label: t('pool.name'),
      width: 35,
      sort: ({ name }) => name,
      cell: ({ name, path }) => <TwoLines first={name} second={path} />,
    },
    {
      key: 'state',
      label: t('columns.state'),
      fit: true,
      cell: ({ state }) => <PoolStatus state={state} />,
    },
    { key: 'type', label: t('pool.type'), fit: true, cell: ({ type }) => type },
    {
      key: 'used',
      label: t('pool.used'),
      width: 20,
      sort: (pool) => share(pool.allocation_bytes, pool.capacity_bytes),
      cell: (pool) => <UsedCell pool={pool} />,
    },
    {
      key: 'free',
      label: t('pool.free'),
      fit: true,
      sort: (pool) => pool.available_bytes,
      cell: (pool) => bytes(pool.available_bytes),
    },
    {
      key: 'shared',
      label: t('pool.shared'),
      fit: true,
      sort: ({ shared }) => Number(shared),
      cell: (pool) => <SharedCell host={host} pool={pool} />,
    },
  ];
  return (
    <ResourceCard title={t('pool.title')} error={error}>
      <DataTable
        label={t('pool.title')}
        columns={columns}
        rows={data}
        rowKey={({ name }) => name}
        empty={<p className="ou-muted">{t('pool.none')}</p>}
        prefix="pool-"
      />
      {data && data.length > 0 && <SharedHelp />}
    </ResourceCard>
  );
}

const POOL_KINDS: Record<string, StatusKind> = {
  running: 'good',
  degraded: 'warning',
  inaccessible: 'failed',
  building: 'busy',
};

function PoolStatus({ state }: { state: string }) {
  const { t } = useTranslation();
  const word = t(`pool.state.${state as 'running'}`, { defaultValue: state });
  return <Status kind={POOL_KINDS[state] ?? 'off'}>{word}</Status>;
}

function UsedCell({ pool }: { pool: Pool }) {
  const { t } = useTranslation();
  const { allocation_bytes, capacity_bytes, name } = pool;
  return (
    <>
      <span className="ou-line">
        {t('pool.of', { used: bytes(allocation_bytes), capacity: bytes(capacity_bytes) })}
      </span>
      <Meter label={t('pool.usedOf', { name })} value={share(allocation_bytes, capacity_bytes)} />
    </>
  );
}

export function NetworksCard({ host }: { host: string }) {
  const { t } = useTranslation();
  const { data, error } = useNetworks(host);
  const columns: Column<Network>[] = [
    {
      key: 'name',
      label: t('network.name'),
      width: 20,
      sort: ({ name }) => name,
      cell: ({ name }) => name,
    },
    {
      key: 'state',
      label: t('columns.state'),
      fit: true,
      cell: ({ active }) => (
        <Status kind={active ? 'good' : 'off'}>
          {t(active ? 'network.active' : 'network.inactive')}
        </Status>
      ),
    },
    {
      key: 'forward',
      label: t('network.forward'),
      fit: true,
      cell: ({ forward }) => forward ?? t('app.none'),
    },
    { key: 'bridge', label: t('nics.bridge'), cell: ({ bridge }) => bridge ?? t('app.none') },
    {
      key: 'autostart',
      label: t('network.autostart'),
      fit: true,
      cell: ({ autostart }) => t(autostart ? 'app.yes' : 'app.no'),
    },
  ];
  return (
    <ResourceCard title={t('network.title')} error={error}>
      <DataTable
        label={t('network.title')}
        columns={columns}
        rows={data}
        rowKey={({ name }) => name}
        empty={<p className="ou-muted">{t('network.none')}</p>}
        prefix="network-"
      />
    </ResourceCard>
  );
}

function TwoLines({ first, second }: { first: string; second: string | null }) {
  return (
    <>
      {first}
      {second && <div className="ou-small ou-break">{second}</div>}
    </>
  );
}

interface ResourceCardProps {
  title: string;
  error: Error | null;
  children: ReactNode;
}

function ResourceCard({ title, error, children }: ResourceCardProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <Card isCompact>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        {error ? <Failure title={t('error.load')} text={errorText(error)} /> : children}
      </CardBody>
    </Card>
  );
}
