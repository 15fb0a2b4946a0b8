// Says on a host's page that it is in maintenance, and which of its machines are still there.
import { AlertActionLink } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Host } from '@/api/types';
import { Notice } from '@/ui/Notice';
import { useReadOnly } from '../session/hooks';

interface Props {
  host: Host;
  onMoveRest: () => void;
}

export function MaintenanceNotice({ host, onMoveRest }: Props) {
  const { t } = useTranslation();
  const isReader = useReadOnly() !== null;
  const { instances, running } = host;
  const rest = instances > 0 && !isReader && (
    <AlertActionLink onClick={onMoveRest}>{t('maintenance.moveRest')}</AlertActionLink>
  );
  return (
    <Notice variant="info" title={t('maintenance.now')} actionLinks={rest}>
      <p>{t('maintenance.nowText')}</p>
      <p>{t('maintenance.left', { count: instances, running })}</p>
    </Notice>
  );
}
