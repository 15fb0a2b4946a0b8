// Gives a user or group rights on one or several instances.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { Dialog } from '@/ui/Dialog';
import { fieldError, otherError, useErrorText } from '../errors';
import { chosen, HolderField } from '../people/HolderField';
import { usePutGrants } from '../people/hooks';
import { RightsFields } from '../people/RightsFields';
import { USUAL } from '../people/rights';

interface Props {
  instances: InstanceRow[];
  onClose: () => void;
}

export function GrantDialog({ instances, onClose }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [holder, setHolder] = useState('user:');
  const [rights, setRights] = useState(USUAL);
  const put = usePutGrants();
  const grantee = chosen(holder);
  const items = grantee ? instances.map(({ id }) => ({ ...rights, instance: id, grantee })) : [];
  const several = instances.length > 1 ? instances.map(({ name }) => name).join(', ') : undefined;
  return (
    <Dialog
      title={t('access.add')}
      description={several}
      confirm={t('access.give')}
      cancel={t('app.cancel')}
      isBusy={put.isPending}
      isBlocked={!grantee}
      error={otherError(put.error, errorText, GRANTEE)}
      onConfirm={() => put.mutate({ items }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <HolderField
        id="grant-holder"
        label={t('access.grantee')}
        value={holder}
        onChange={setHolder}
        isRequired
        error={fieldError(put.error, ...GRANTEE)}
      />
      <RightsFields rights={rights} onChange={setRights} />
    </Dialog>
  );
}

const GRANTEE = ['grantee', 'items[0].grantee', 'items.grantee'];
