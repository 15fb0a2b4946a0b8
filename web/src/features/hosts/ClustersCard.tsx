// The clusters: what there is of each, and what its hosts do not share.
import { Card, CardBody, CardTitle } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Cluster, ClusterFigures } from '@/api/types';
import { bytes, mib } from '@/lib/format';
import { type Column, DataTable } from '@/ui/DataTable';
import { Status } from '@/ui/Status';
import { useStatistics } from '../overview/hooks';
import { useClusters } from './hooks';

export function ClustersCard() {
  const { t } = useTranslation();
  const { data: clusters } = useClusters(true);
  const { data: statistics } = useStatistics(true);
  const figures = new Map(statistics?.clusters.map((entry) => [entry.name, entry]));
  const columns = useColumns(figures);
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('clusters.title')}</CardTitle>
      <CardBody>
        <DataTable
          label={t('clusters.title')}
          columns={columns}
          rows={clusters}
          rowKey={({ name }) => name}
          empty={null}
          prefix="cluster-"
          isProse
        />
      </CardBody>
    </Card>
  );
}

function useColumns(figures: Map<string, ClusterFigures>): Column<Cluster>[] {
  const { t } = useTranslation();
  const of = (read: (entry: ClusterFigures) => string) => (cluster: Cluster) => {
    const entry = figures.get(cluster.name);
    return entry ? read(entry) : t('app.noData');
  };
  return [
    { key: 'name', label: t('clusters.name'), fit: true, cell: ({ name }) => name },
    { key: 'hosts', label: t('pages.hosts'), cell: ({ hosts }) => hosts.join(', ') },
    {
      key: 'instances',
      label: t('pages.instances'),
      fit: true,
      cell: of((entry) => t('host.instances', { count: entry.instances, running: entry.running })),
    },
    {
      key: 'vcpus',
      label: t('clusters.vcpus'),
      fit: true,
      cell: of((entry) =>
        t('clusters.promised', { promised: entry.promised_vcpus, there: entry.cpus }),
      ),
    },
    {
      key: 'memory',
      label: t('clusters.memory'),
      fit: true,
      cell: of((entry) =>
        t('clusters.promised', {
          promised: mib(entry.promised_memory_mib),
          there: mib(entry.memory_mib),
        }),
      ),
    },
    {
      key: 'disk',
      label: t('clusters.disk'),
      fit: true,
      cell: of((entry) =>
        t('clusters.promised', {
          promised: bytes(entry.disk_allocation_bytes),
          there: bytes(entry.disk_capacity_bytes),
        }),
      ),
    },
    {
      key: 'gaps',
      label: t('clusters.gaps'),
      width: 30,
      cell: ({ gaps }) => <Gaps gaps={gaps} />,
    },
  ];
}

function Gaps({ gaps }: { gaps: Cluster['gaps'] }) {
  const { t } = useTranslation();
  if (gaps.length === 0) return <Status kind="good">{t('clusters.noGaps')}</Status>;
  return (
    <ul className="ou-reasons">
      {gaps.map(({ reason }) => (
        <li key={reason}>{reason}</li>
      ))}
    </ul>
  );
}
