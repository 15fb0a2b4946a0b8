// Begins the maintenance of a host, with what would become of each of its machines, and ends it.
import { Checkbox, Spinner } from '@patternfly/react-core';
import { ServerIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Maintenance, Move } from '@/api/types';
import { Dialog } from '@/ui/Dialog';
import { Empty } from '@/ui/Feedback';
import { Notice } from '@/ui/Notice';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { useBeginMaintenance, useEndMaintenance, useMaintenancePlan } from './hooks';
import { refusedOf, stayingOf } from './maintenance';
import { MoveList } from './MoveList';

interface Props {
  host: string;
  onClose: () => void;
}

/** Begins the maintenance, or during it moves what is still there, which the server takes for the same. */
export function BeginDialog({ host, kind, onClose }: Props & { kind: 'begin' | 'rest' }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [isCopying, setCopying] = useState(false);
  const plan = useMaintenancePlan(host, isCopying);
  const begin = useBeginMaintenance(host);
  const onDone = useDone(onClose);
  const moves = plan.data?.moves ?? [];
  const isAsking = plan.isFetching;
  const isIdle = kind === 'rest' && moves.every(({ to }) => to === null);
  const error = plan.error ?? begin.error;
  return (
    <Dialog
      title={t(`maintenance.${kind}.title`, { host })}
      description={t(`maintenance.${kind}.text`)}
      size="medium"
      confirm={t(`maintenance.${kind}.confirm`)}
      cancel={t('app.cancel')}
      isBusy={begin.isPending}
      isBlocked={!plan.data || isAsking || isIdle}
      error={error && errorText(error)}
      onConfirm={() => begin.mutate(isCopying, { onSuccess: onDone })}
      onClose={onClose}
    >
      {plan.data && <Moves host={host} moves={moves} isAsking={isAsking} />}
      {isAsking && <Asking />}
      {moves.length > 0 && (
        <Checkbox
          id="maintenance-storage"
          label={t('maintenance.copy')}
          description={t('maintenance.copyHelp')}
          isChecked={isCopying}
          isDisabled={begin.isPending}
          onChange={(_, checked) => setCopying(checked)}
        />
      )}
    </Dialog>
  );
}

/** Says which moves could not begin; the others are among the tasks. */
function useDone(onClose: () => void) {
  const { t } = useTranslation();
  const toast = useToast();
  return ({ moves }: Maintenance) => {
    onClose();
    const refused = refusedOf(moves);
    if (refused.length === 0) return;
    toast({
      variant: 'danger',
      title: t('maintenance.refused', { count: refused.length }),
      text: refused.map(({ instance, name, reasons }) => (
        <p key={instance}>
          {name}: {reasons.join(' ')}
        </p>
      )),
    });
  };
}

function Asking() {
  const { t } = useTranslation();
  return (
    <div className="ou-asking" role="status">
      <Spinner size="md" aria-hidden="true" />
      {t('maintenance.asking')}
    </div>
  );
}

interface MovesProps {
  host: string;
  moves: Move[];
  isAsking: boolean;
}

function Moves({ host, moves, isAsking }: MovesProps) {
  const { t } = useTranslation();
  if (moves.length === 0) {
    return (
      <Empty icon={ServerIcon} title={t('maintenance.none', { host })}>
        {t('maintenance.noneHelp')}
      </Empty>
    );
  }
  return (
    <div aria-busy={isAsking} className={isAsking ? 'ou-plan ou-plan--old' : 'ou-plan'}>
      <Staying moves={moves} />
      <MoveList moves={moves} />
    </div>
  );
}

function Staying({ moves }: { moves: Move[] }) {
  const { t } = useTranslation();
  const { count, on } = stayingOf(moves);
  if (count === 0) return null;
  if (on === 0) {
    return (
      <Notice variant="info" title={t('maintenance.stayOff', { count })}>
        {t('maintenance.stayOffHelp', { count })}
      </Notice>
    );
  }
  return (
    <Notice variant="warning" title={t('maintenance.stayOn', { count: on })}>
      {t('maintenance.stayOnHelp', { count: on })}
    </Notice>
  );
}

export function EndDialog({ host, onClose }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [isBringing, setBringing] = useState(true);
  const end = useEndMaintenance(host);
  const onDone = useDone(onClose);
  return (
    <Dialog
      title={t('maintenance.end.title', { host })}
      description={t('maintenance.end.text')}
      confirm={t('maintenance.end.confirm')}
      cancel={t('app.cancel')}
      isBusy={end.isPending}
      error={end.error && errorText(end.error)}
      onConfirm={() => end.mutate(isBringing, { onSuccess: onDone })}
      onClose={onClose}
    >
      <Checkbox
        id="maintenance-back"
        label={t('maintenance.back')}
        description={t('maintenance.backHelp')}
        isChecked={isBringing}
        onChange={(_, checked) => setBringing(checked)}
      />
    </Dialog>
  );
}
