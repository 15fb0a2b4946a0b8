// The hosts as a table.
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Host } from '@/api/types';
import { ago, mib } from '@/lib/format';
import { share } from '@/lib/quota';
import { type Column, DataTable } from '@/ui/DataTable';
import { useNow } from '@/ui/hooks';
import { Meter } from '@/ui/Meter';
import { HostStatus } from './HostStatus';
import { isAnswering } from './maintenance';

interface Props {
  hosts: Host[] | undefined;
  empty: React.ReactNode;
}

export function HostTable({ hosts, empty }: Props) {
  const { t } = useTranslation();
  const hasClusters = (hosts ?? []).some(({ cluster }) => cluster !== null);
  const columns = useColumns(hasClusters);
  return (
    <DataTable
      label={t('pages.hosts')}
      columns={columns}
      rows={hosts}
      rowKey={({ name }) => name}
      empty={empty}
    />
  );
}

export const hostPath = (name: string) => `/hosts/${encodeURIComponent(name)}`;

function useColumns(hasClusters: boolean): Column<Host>[] {
  const { t } = useTranslation();
  const now = useNow();
  const cluster: Column<Host> = {
    key: 'cluster',
    label: t('clusters.field'),
    fit: true,
    sort: (host) => host.cluster,
    cell: (host) => host.cluster ?? t('app.none'),
  };
  return [
    {
      key: 'name',
      label: t('host.name'),
      sort: ({ name }) => name,
      cell: (host) => <NameCell host={host} />,
    },
    {
      key: 'state',
      label: t('columns.state'),
      fit: true,
      sort: ({ state }) => state,
      cell: ({ state }) => <HostStatus state={state} />,
    },
    {
      key: 'instances',
      label: t('pages.instances'),
      fit: true,
      sort: (host) => host.instances,
      cell: (host) => t('host.instances', { count: host.instances, running: host.running }),
    },
    {
      key: 'cpu',
      label: t('host.cpu'),
      fit: true,
      sort: (host) => host.cpu_percent,
      cell: (host) => <CpuCell host={host} />,
    },
    {
      key: 'memory',
      label: t('host.memory'),
      fit: true,
      sort: (host) => host.memory_mib,
      cell: (host) => <MemoryCell host={host} />,
    },
    ...(hasClusters ? [cluster] : []),
    {
      key: 'seen',
      label: t('host.seen'),
      fit: true,
      cell: (host) =>
        isAnswering(host) ? t('host.now') : host.seen_at ? ago(host.seen_at, now) : t('host.never'),
    },
  ];
}

function NameCell({ host }: { host: Host }) {
  return (
    <>
      <Link to={hostPath(host.name)} className="ou-name">
        {host.name}
      </Link>
      <div className="ou-small ou-break">{host.uri}</div>
      {host.error && <div className="ou-small ou-bad ou-break">{host.error}</div>}
    </>
  );
}

export function CpuCell({ host }: { host: Host }) {
  const { t } = useTranslation();
  if (host.cpus === null) return <span className="ou-muted">{t('app.noData')}</span>;
  return (
    <>
      <span className="ou-line">{t('host.cpus', { count: host.cpus })}</span>
      {host.cpu_percent !== null && (
        <Meter label={t('instances.cpuOf', { name: host.name })} value={host.cpu_percent} />
      )}
    </>
  );
}

export function MemoryCell({ host }: { host: Host }) {
  const { t } = useTranslation();
  const { memory_mib, memory_free_mib, name } = host;
  if (memory_mib === null) return <span className="ou-muted">{t('app.noData')}</span>;
  return (
    <>
      <span className="ou-line">{mib(memory_mib)}</span>
      {memory_free_mib !== null && isAnswering(host) && (
        <Meter
          label={t('instances.memoryOf', { name })}
          value={share(memory_mib - memory_free_mib, memory_mib)}
        />
      )}
    </>
  );
}
