// The machines of a host that is to be emptied: where each one goes, or why it stays.
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Move } from '@/api/types';
import { Status } from '@/ui/Status';
import { InstanceStatus } from '../instances/InstanceStatus';
import { byUrgency } from './maintenance';

export function MoveList({ moves }: { moves: Move[] }) {
  const { t } = useTranslation();
  return (
    <ul className="ou-moves" role="list" aria-label={t('maintenance.machines')}>
      {byUrgency(moves).map((move) => (
        <li key={move.instance} className="ou-move">
          <Link to={`/instances/${move.instance}`} className="ou-name ou-break">
            {move.name}
          </Link>
          <InstanceStatus row={{ state: move.state, job: null }} />
          <div className="ou-move__where">
            <Destination move={move} />
          </div>
        </li>
      ))}
    </ul>
  );
}

function Destination({ move: { to, needs_storage, reasons, warnings } }: { move: Move }) {
  const { t } = useTranslation();
  if (to !== null) {
    return (
      <>
        {t('maintenance.to', { host: to })}
        {needs_storage && <span className="ou-small"> {t('maintenance.copied')}</span>}
        {warnings.map((warning) => (
          <div key={warning} className="ou-small">
            {warning}
          </div>
        ))}
      </>
    );
  }
  return (
    <>
      <Status kind="warning">{t('maintenance.stays')}</Status>
      <ul className="ou-reasons">
        {reasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </>
  );
}
