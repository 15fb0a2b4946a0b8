// Host by host: there is, is promised, is really used.
import { Card, CardBody, CardTitle } from '@patternfly/react-core';
import { ServerIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { HostFigures } from '@/api/types';
import { bytes, mib, number } from '@/lib/format';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Feedback';
import { CapacityBar } from '@/ui/Meter';
import { HostStatus } from '../hosts/HostStatus';
import { useRole } from '../session/hooks';
import { type Capacity, capacities } from './capacity';
import { useCapacityText, useHostPath, useStatistics } from './hooks';

export function FiguresTable() {
  const { t } = useTranslation();
  const isAdministrator = useRole('administrator');
  const { data } = useStatistics(true);
  const columns = useColumns();
  const add = isAdministrator && <Link to="/hosts">{t('host.add')}</Link>;
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('pages.hosts')}</CardTitle>
      <CardBody>
        <DataTable
          label={t('pages.hosts')}
          columns={columns}
          rows={data?.by_host}
          rowKey={({ name }) => name}
          empty={
            <Empty icon={ServerIcon} title={t('host.none')} action={add}>
              {t('host.noneHelp')}
            </Empty>
          }
          prefix="host-"
        />
      </CardBody>
    </Card>
  );
}

function useColumns(): Column<HostFigures>[] {
  const { t } = useTranslation();
  const path = useHostPath();
  return [
    {
      key: 'name',
      label: t('host.name'),
      cell: ({ name, state }) => (
        <>
          <Link to={path(name)} className="ou-name">
            {name}
          </Link>
          <div>
            <HostStatus state={state} />
          </div>
        </>
      ),
    },
    {
      key: 'instances',
      label: t('pages.instances'),
      fit: true,
      cell: (host) => t('host.instances', { count: host.instances, running: host.running }),
    },
    {
      key: 'cpu',
      label: t('overview.cpu'),
      cell: (host) => (
        <CapacityCell label={t('overview.cpu')} {...capacities(host).cpu} format={number} />
      ),
    },
    {
      key: 'memory',
      label: t('overview.memory'),
      cell: (host) => (
        <CapacityCell label={t('overview.memory')} {...capacities(host).memory} format={mib} />
      ),
    },
    {
      key: 'disk',
      label: t('overview.disk'),
      cell: (host) => (
        <CapacityCell label={t('overview.disk')} {...capacities(host).disk} format={bytes} />
      ),
    },
  ];
}

interface CellProps extends Capacity {
  label: string;
  format: (value: number) => string;
}

function CapacityCell({ label, used, promised, there, format }: CellProps) {
  const { t } = useTranslation();
  const words = useCapacityText();
  if (there === null) return <span className="ou-muted">{t('app.noData')}</span>;
  const text = words({ used, promised, there }, format);
  return (
    <div className="ou-capacity-cell">
      <span className="ou-small">{text}</span>
      <CapacityBar {...{ label, text, used, promised, there }} />
    </div>
  );
}
