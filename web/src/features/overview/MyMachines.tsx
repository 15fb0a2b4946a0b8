// The machines that changed last, to go on where one left.
import { Card, CardBody, CardTitle, Skeleton } from '@patternfly/react-core';
import { CubesIcon, PlusCircleIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { InstanceRow } from '@/api/types';
import { ago } from '@/lib/format';
import { Empty } from '@/ui/Feedback';
import { useNow } from '@/ui/hooks';
import { NewButton } from '../instances/NewButton';
import { useInstances } from '../instances/hooks';
import { InstanceStatus } from '../instances/InstanceStatus';
import { useRole } from '../session/hooks';

const SHOWN = 8;

export function MyMachines() {
  const { t } = useTranslation();
  const { data } = useInstances();
  const isStaff = useRole('staff');
  const latest = data
    ?.filter(({ template }) => !template)
    .sort((a, b) => b.changed_at.localeCompare(a.changed_at))
    .slice(0, SHOWN);
  return (
    <Card isCompact>
      <CardTitle component="h2">{isStaff ? t('overview.latest') : t('pages.mine')}</CardTitle>
      <CardBody>
        {!latest && <Skeleton height="8rem" screenreaderText={t('app.loading')} />}
        {latest?.length === 0 && <NoMachines />}
        <ul className="ou-latest">
          {latest?.map((row) => (
            <Line key={row.id} row={row} />
          ))}
        </ul>
      </CardBody>
    </Card>
  );
}

function Line({ row }: { row: InstanceRow }) {
  const now = useNow();
  return (
    <li>
      <Link to={`/instances/${row.id}`} className="ou-name">
        {row.name}
      </Link>
      <span className="ou-line ou-small">{row.job?.message ?? row.title}</span>
      <InstanceStatus row={row} />
      <span className="ou-small ou-latest__when">{ago(row.changed_at, now)}</span>
    </li>
  );
}

function NoMachines() {
  const { t } = useTranslation();
  const create = (
    <NewButton to="/instances/new" icon={<PlusCircleIcon />}>
      {t('instances.new')}
    </NewButton>
  );
  return (
    <Empty icon={CubesIcon} title={t('instances.none')} action={create}>
      {t('instances.noneHelp')}
    </Empty>
  );
}
