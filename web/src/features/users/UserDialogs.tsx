// The dialogs about one account: quota, lending, role and name, password, deletion.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { User } from '@/api/types';
import { userHolder } from '@/lib/holder';
import { Dialog } from '@/ui/Dialog';
import { TextField } from '@/ui/Field';
import { useToast } from '@/ui/Toasts';
import { fieldError, otherError, useErrorText } from '../errors';
import { DeleteHolderDialog } from '../people/DeleteDialog';
import { LendDialog } from '../people/LendDialog';
import { QuotaDialog } from '../people/QuotaDialog';
import { useRefusal } from '../session/hooks';
import { AccountFields, accountOf, ACCOUNT_FIELDS } from './AccountFields';
import { useChangeUser, useDeleteUser, usePutQuota } from './hooks';

export interface UserDialog {
  kind: 'quota' | 'lend' | 'edit' | 'password' | 'delete';
  user: User;
}

interface Props {
  user: User;
  onClose: () => void;
}

export function UserDialogs({ dialog, onClose }: { dialog: UserDialog; onClose: () => void }) {
  const props = { user: dialog.user, onClose };
  if (dialog.kind === 'quota') return <UserQuotaDialog {...props} />;
  if (dialog.kind === 'lend') {
    return <LendDialog holder={userHolder(dialog.user.name)} onClose={onClose} />;
  }
  if (dialog.kind === 'edit') return <EditDialog {...props} />;
  if (dialog.kind === 'password') return <PasswordDialog {...props} />;
  return <DeleteUserDialog {...props} />;
}

function UserQuotaDialog({ user, onClose }: Props) {
  const put = usePutQuota(user.name);
  return <QuotaDialog name={user.name} of={user} put={put} onClose={onClose} />;
}

function EditDialog({ user, onClose }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [values, setValues] = useState(() => accountOf(user));
  const change = useChangeUser(user.name);
  const { error } = change;
  const mayAppoint = useRefusal('appoint', 'users') === null;
  const { full_name, email, can_clone, ...power } = values;
  const body = {
    ...(mayAppoint && power),
    can_clone,
    full_name: full_name.trim() || null,
    email: email.trim() || null,
  };
  return (
    <Dialog
      title={t('users.editTitle', { name: user.name })}
      confirm={t('app.save')}
      cancel={t('app.cancel')}
      isBusy={change.isPending}
      error={otherError(error, errorText, ACCOUNT_FIELDS)}
      onConfirm={() => change.mutate(body, { onSuccess: onClose })}
      onClose={onClose}
    >
      <AccountFields values={values} onChange={setValues} error={error} />
    </Dialog>
  );
}

function PasswordDialog({ user, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const [password, setPassword] = useState('');
  const change = useChangeUser(user.name);
  const done = () => {
    toast({ variant: 'success', title: t('users.passwordSet', { name: user.name }) });
    onClose();
  };
  return (
    <Dialog
      title={t('users.passwordTitle', { name: user.name })}
      description={t('users.passwordText')}
      confirm={t('users.setPassword')}
      cancel={t('app.cancel')}
      isBusy={change.isPending}
      isBlocked={!password}
      error={otherError(change.error, errorText, ['password'])}
      onConfirm={() => change.mutate({ password }, { onSuccess: done })}
      onClose={onClose}
    >
      <TextField
        id="user-password"
        label={t('users.newPassword')}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        error={fieldError(change.error, 'password')}
      />
    </Dialog>
  );
}

function DeleteUserDialog({ user, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const remove = useDeleteUser(user.name);
  const done = () => {
    toast({ variant: 'success', title: t('holder.deleted', { name: user.name }) });
    navigate('/users');
  };
  return (
    <DeleteHolderDialog
      holder={userHolder(user.name)}
      owned={user.usage.instances}
      remove={remove}
      onDone={done}
      onClose={onClose}
    />
  );
}
