// Deleting: names the instance and every volume that goes with it, and asks to type the name.
import { List, ListItem, Skeleton } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import type { DeletedVolume } from '@/api/types';
import { bytes } from '@/lib/format';
import { Dialog } from '@/ui/Dialog';
import { TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { useErrorText } from '../errors';
import { useDeleteInstance, useDeletionPlan } from './hooks';

interface Props {
  id: string;
  name: string;
  onClose: () => void;
}

export function DeleteDialog({ id, name, onClose }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const plan = useDeletionPlan(id);
  const remove = useDeleteInstance();
  const [typed, setTyped] = useState('');
  const error = plan.error ?? remove.error;
  const done = () => {
    onClose();
    if (pathname.startsWith(`/instances/${id}`)) navigate('/instances');
  };
  return (
    <Dialog
      title={t('delete.title', { name })}
      titleIcon="danger"
      size="medium"
      confirm={t('delete.confirm')}
      cancel={t('app.cancel')}
      variant="danger"
      isBusy={remove.isPending}
      isBlocked={typed !== name || !plan.data}
      error={error && errorText(error)}
      onConfirm={() => remove.mutate(id, { onSuccess: done })}
      onClose={onClose}
    >
      {plan.isPending && <Skeleton height="4rem" screenreaderText={t('app.loading')} />}
      {plan.data && <Volumes volumes={plan.data.volumes} />}
      <TextField
        id="delete-name"
        label={t('delete.type', { name })}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
      />
    </Dialog>
  );
}

function Volumes({ volumes }: { volumes: DeletedVolume[] }) {
  const { t } = useTranslation();
  const lost = volumes.filter(({ kept_reason }) => kept_reason === null);
  const kept = volumes.filter(({ kept_reason }) => kept_reason !== null);
  return (
    <>
      <Notice variant="warning" title={t('delete.warning')}>
        {lost.length === 0 ? t('delete.noVolumes') : t('delete.volumes')}
        <List>
          {lost.map(({ pool, name, capacity_bytes }) => (
            <ListItem key={`${pool}/${name}`}>
              {t('delete.volume', { pool, name, size: bytes(capacity_bytes) })}
            </ListItem>
          ))}
        </List>
      </Notice>
      {kept.length > 0 && (
        <Notice variant="info" title={t('delete.kept')}>
          <List>
            {kept.map(({ pool, name, kept_reason }) => (
              <ListItem key={`${pool}/${name}`}>
                {t('delete.keptVolume', { pool, name, reason: kept_reason })}
              </ListItem>
            ))}
          </List>
        </Notice>
      )}
    </>
  );
}
