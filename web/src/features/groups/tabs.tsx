// The further tabs of a group: access, machines, activity.
import { CubesIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { InstanceRow } from '@/api/types';
import { bytes, mib } from '@/lib/format';
import { groupHolder } from '@/lib/holder';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Feedback';
import { AuditTable } from '../activity/AuditTable';
import { useInstances } from '../instances/hooks';
import { InstanceStatus } from '../instances/InstanceStatus';
import { NewButton } from '../instances/NewButton';
import { HeldGrants } from '../people/HeldGrants';
import { useTabGroup } from './GroupPage';
import { useGroupActivity } from './hooks';

export function AccessTab() {
  const { group } = useTabGroup();
  return <HeldGrants holder={groupHolder(group.name)} />;
}

export function MachinesTab() {
  const { t } = useTranslation();
  const { group } = useTabGroup();
  const { data } = useInstances();
  const owner = groupHolder(group.name);
  const create = (
    <NewButton variant="secondary" to={`/instances/new?owner=${encodeURIComponent(owner)}`}>
      {t('instances.new')}
    </NewButton>
  );
  return (
    <DataTable
      label={t('groups.machines')}
      columns={useColumns()}
      rows={data?.filter(({ owners }) => owners.includes(owner))}
      rowKey={({ id }) => id}
      empty={
        <Empty icon={CubesIcon} title={t('groups.noMachines')} action={create}>
          {t('groups.noMachinesHelp')}
        </Empty>
      }
    />
  );
}

function useColumns(): Column<InstanceRow>[] {
  const { t } = useTranslation();
  return [
    {
      key: 'name',
      label: t('columns.name'),
      sort: ({ name }) => name,
      cell: ({ id, name, title }) => (
        <>
          <Link to={`/instances/${id}`} className="ou-name">
            {name}
          </Link>
          {title && <div className="ou-small">{title}</div>}
        </>
      ),
    },
    {
      key: 'state',
      label: t('columns.state'),
      fit: true,
      sort: ({ state }) => state,
      cell: (row) => <InstanceStatus row={row} />,
    },
    {
      key: 'size',
      label: t('requests.size'),
      cell: ({ vcpus, memory_mib, disk_bytes }) =>
        [t('instances.vcpus', { count: vcpus }), mib(memory_mib), bytes(disk_bytes)].join(' · '),
    },
  ];
}

export function ActivityTab() {
  const { group } = useTabGroup();
  return <AuditTable query={useGroupActivity(group.name)} />;
}
