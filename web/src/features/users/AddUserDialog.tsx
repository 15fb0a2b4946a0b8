// Adds an account, and says what it gets by itself.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { Dialog } from '@/ui/Dialog';
import { TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { fieldError, otherError, useErrorText } from '../errors';
import { useAmountText } from '../people/QuotaCard';
import { useSettings } from '../settings/hooks';
import { ACCOUNT_FIELDS, AccountFields, type AccountValues } from './AccountFields';
import { useAddUser } from './hooks';

const EMPTY: AccountValues = {
  full_name: '',
  email: '',
  role: 'user',
  read_only: false,
  can_clone: false,
};

export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const { data: settings } = useSettings();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [changed, setValues] = useState<AccountValues | null>(null);
  const values = changed ?? { ...EMPTY, can_clone: settings?.new_accounts.can_clone ?? false };
  const add = useAddUser();
  const { error } = add;
  const { full_name, email, ...rest } = values;
  const body = {
    ...rest,
    // Who does not see the defaults leaves what they do not tick to them.
    can_clone: settings ? values.can_clone : values.can_clone || null,
    name: name.trim(),
    password: password || null,
    full_name: full_name.trim() || null,
    email: email.trim() || null,
  };
  const done = () => navigate(`/users/${encodeURIComponent(body.name)}`);
  return (
    <Dialog
      title={t('users.add')}
      confirm={t('users.addConfirm')}
      cancel={t('app.cancel')}
      isBusy={add.isPending}
      isBlocked={!body.name}
      error={otherError(error, errorText, ['name', 'password', ...ACCOUNT_FIELDS])}
      onConfirm={() => add.mutate(body, { onSuccess: done })}
      onClose={onClose}
    >
      <TextField
        id="user-name"
        label={t('users.name')}
        value={name}
        onChange={setName}
        autoComplete="off"
        isRequired
        error={fieldError(error, 'name')}
      />
      <TextField
        id="user-password"
        label={t('session.password')}
        type="password"
        help={t('users.passwordHelp')}
        value={password}
        onChange={setPassword}
        autoComplete="new-password"
        error={fieldError(error, 'password')}
      />
      <AccountFields values={values} onChange={setValues} error={error} />
      <Defaults />
    </Dialog>
  );
}

/** What a new account gets without being asked. */
function Defaults() {
  const { t } = useTranslation();
  const { data } = useSettings();
  const amounts = useAmountText();
  if (!data) return null;
  const { quota, groups, grants } = data.new_accounts;
  const isNothing = quota.instances === 0;
  const parts = [
    t('users.defaultQuota', {
      quota: isNothing ? t('quota.zero') : amounts(quota) || t('quota.none'),
    }),
    groups.length > 0 && t('users.defaultGroups', { groups: groups.join(', ') }),
    grants.length > 0 && t('users.defaultGrants', { count: grants.length }),
  ];
  return (
    <Notice isPlain variant="info" title={t('users.defaults')}>
      {parts.filter(Boolean).join(' · ')} <Link to="/settings">{t('users.changeDefaults')}</Link>
    </Notice>
  );
}
