// What adding and changing an account have in common; roles are for those who may appoint.
import { Checkbox } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Role } from '@/api/types';
import { TextField } from '@/ui/Field';
import { fieldError } from '../errors';
import { useRefusal } from '../session/hooks';
import { RoleField } from './RoleField';

export interface AccountValues {
  full_name: string;
  email: string;
  role: Role;
  read_only: boolean;
  can_clone: boolean;
}

type Account = Omit<AccountValues, 'full_name' | 'email'> & {
  full_name: string | null;
  email: string | null;
};

export const accountOf = (account: Account): AccountValues => ({
  full_name: account.full_name ?? '',
  email: account.email ?? '',
  role: account.role,
  read_only: account.read_only,
  can_clone: account.can_clone,
});

/** The fields that show their errors themselves. */
export const ACCOUNT_FIELDS = ['full_name', 'email', 'role'];

interface Props {
  values: AccountValues;
  onChange: (values: AccountValues) => void;
  error: Error | null;
}

export function AccountFields({ values, onChange, error }: Props) {
  const { t } = useTranslation();
  const mayAppoint = useRefusal('appoint', 'users') === null;
  const set = (change: Partial<AccountValues>) => onChange({ ...values, ...change });
  return (
    <>
      <TextField
        id="user-full-name"
        label={t('users.fullName')}
        autoComplete="off"
        value={values.full_name}
        onChange={(full_name) => set({ full_name })}
        error={fieldError(error, 'full_name')}
      />
      <TextField
        id="user-email"
        label={t('users.email')}
        type="email"
        autoComplete="off"
        value={values.email}
        onChange={(email) => set({ email })}
        error={fieldError(error, 'email')}
      />
      {mayAppoint && (
        <>
          <RoleField
            role={values.role}
            onChange={(role) => set({ role })}
            error={fieldError(error, 'role')}
          />
          <Checkbox
            id="user-auditor"
            label={t('users.readOnly')}
            description={t('users.readOnlyHelp')}
            isChecked={values.read_only}
            onChange={(_, read_only) => set({ read_only })}
          />
        </>
      )}
      <Checkbox
        id="user-clone"
        label={t('users.canClone')}
        description={t('users.canCloneHelp')}
        isChecked={values.can_clone}
        onChange={(_, can_clone) => set({ can_clone })}
      />
    </>
  );
}
