// Gives an instance to another user or group.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Instance } from '@/api/types';
import { holderOf, ownerOf } from '@/lib/holder';
import { Dialog } from '@/ui/Dialog';
import { useDelayed } from '@/ui/hooks';
import { useToast } from '@/ui/Toasts';
import { fieldError, otherError, useErrorText } from '../errors';
import { chosen, HolderField } from '../people/HolderField';
import { useOwnerPlan } from './coexistence';
import { GrowthQuota } from './GrowthQuota';
import { useChangeInstance } from './hooks';

export function OwnerDialog({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const [holder, setHolder] = useState(() => holderOf(instance.owners[0] ?? ''));
  const change = useChangeInstance(instance.id);
  const to = chosen(holder);
  const owner = to && ownerOf(to);
  const isOther = owner !== null && owner !== instance.owners[0];
  // Asked for once one has stopped typing.
  const wanted = useDelayed(isOther ? owner : null, 400);
  const plan = useOwnerPlan(instance.id, wanted);
  const done = () => {
    toast({ variant: 'success', title: t('owner.changed', { name: instance.name }) });
    onClose();
  };
  return (
    <Dialog
      title={t('owner.title', { name: instance.name })}
      description={t('owner.text')}
      confirm={t('owner.change')}
      cancel={t('app.cancel')}
      isBusy={change.isPending}
      error={otherError(change.error, errorText, ['owner'])}
      onConfirm={() => change.mutate({ owner }, { onSuccess: done })}
      onClose={onClose}
    >
      <HolderField
        id="owner"
        label={t('facts.owners')}
        help={t('owner.help')}
        value={holder}
        onChange={setHolder}
        error={fieldError(change.error, 'owner')}
      />
      {wanted !== null && plan.data && <GrowthQuota plan={plan} owner={wanted} />}
    </Dialog>
  );
}
