// Deletes a user or group; the machines they own go to somebody else first.
import type { UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import type { Holder } from '@/api/types';
import { holderName, kindOf, ownerOf } from '@/lib/holder';
import { Dialog } from '@/ui/Dialog';
import { TextField } from '@/ui/Field';
import { fieldError, otherError, useErrorText } from '../errors';
import { chosen, HolderField } from './HolderField';

interface Props {
  holder: Holder;
  /** How many machines they own. */
  owned: number;
  remove: UseMutationResult<void, Error, string | null>;
  onDone: () => void;
  onClose: () => void;
}

export function DeleteHolderDialog({ holder, owned, remove, onDone, onClose }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const name = holderName(holder);
  const kind = kindOf(holder);
  const [typed, setTyped] = useState('');
  const [heir, setHeir] = useState('user:');
  const { error } = remove;
  // The count may be old; the server is the one who knows that something is owned.
  const owns = owned > 0 || (error instanceof ApiError && error.kind === 'conflict');
  const to = owns ? chosen(heir) : null;
  // The event that it is gone may take the page with this dialog away before the answer comes.
  const confirm = () =>
    void remove.mutateAsync(to && ownerOf(to)).then(onDone, () => undefined /* shown as error */);
  return (
    <Dialog
      title={t(`holder.delete.${kind}`, { name })}
      titleIcon="danger"
      description={
        owned > 0 ? t('holder.delete.owns', { count: owned }) : t('holder.delete.nothing')
      }
      confirm={t(`holder.delete.confirm.${kind}`)}
      cancel={t('app.cancel')}
      variant="danger"
      isBusy={remove.isPending}
      isBlocked={typed !== name || (owned > 0 && !to)}
      error={otherError(error, errorText, ['transfer_to'])}
      onConfirm={confirm}
      onClose={onClose}
    >
      {owns && (
        <HolderField
          id="heir"
          label={t('holder.transfer')}
          help={t('holder.transferHelp')}
          value={heir}
          onChange={setHeir}
          without={[holder]}
          isRequired
          error={fieldError(error, 'transfer_to')}
        />
      )}
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
