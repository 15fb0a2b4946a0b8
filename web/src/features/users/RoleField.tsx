// The choice of a role.
import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Role } from '@/api/types';
import { Field } from '@/ui/Field';

export const ROLES: Role[] = ['user', 'staff', 'administrator'];

interface Props {
  role: Role;
  onChange: (role: Role) => void;
  error: string | null;
}

export function RoleField({ role, onChange, error }: Props) {
  const { t } = useTranslation();
  return (
    <Field id="user-role" label={t('users.role')} help={t(`role.means.${role}`)} error={error}>
      <FormSelect id="user-role" value={role} onChange={(_, value) => onChange(value as Role)}>
        {ROLES.map((value) => (
          <FormSelectOption key={value} value={value} label={t(`role.${value}`)} />
        ))}
      </FormSelect>
    </Field>
  );
}
