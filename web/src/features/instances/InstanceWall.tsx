// The screens of all running machines, as a wall.
import { Card, CardBody, CardFooter } from '@patternfly/react-core';
import { DesktopIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { InstanceRow } from '@/api/types';
import { Empty } from '@/ui/Feedback';
import { WhenVisible } from '@/ui/WhenVisible';
import { InstanceStatus } from './InstanceStatus';
import { Screenshot } from './Screenshot';

export function InstanceWall({ rows }: { rows: InstanceRow[] }) {
  const { t } = useTranslation();
  const running = rows.filter(({ state }) => state === 'running' || state === 'paused');
  if (running.length === 0) {
    return (
      <Empty icon={DesktopIcon} title={t('wall.none')}>
        {t('wall.noneHelp')}
      </Empty>
    );
  }
  return (
    <div className="ou-wall">
      {running.map((row) => (
        <Card key={row.id} isCompact component="article">
          <CardBody>
            <Link
              to={`/instances/${row.id}/console`}
              aria-label={t('instances.consoleOf', { name: row.name })}
            >
              <WhenVisible>
                <Screenshot id={row.id} name={row.name} />
              </WhenVisible>
            </Link>
          </CardBody>
          <CardFooter className="ou-card__head">
            <Link to={`/instances/${row.id}`} className="ou-name ou-line">
              {row.name}
            </Link>
            <InstanceStatus row={row} />
          </CardFooter>
        </Card>
      ))}
    </div>
  );
}
