// The rights as check boxes, each with what it means.
import { Checkbox } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Rights } from '@/api/types';
import { Field } from '@/ui/Field';
import { RIGHTS, withImplied } from './rights';

interface Props {
  rights: Rights;
  onChange: (rights: Rights) => void;
}

export function RightsFields({ rights, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <Field id="grant-rights" label={t('access.rights')} role="group">
      <div className="ou-rights">
        {RIGHTS.map((right) => (
          <Checkbox
            key={right}
            id={`grant-${right}`}
            label={t(`access.right.${right}`)}
            description={t(`access.means.${right}`)}
            isChecked={rights[right]}
            isDisabled={right === 'see' || (right === 'view' && rights.console)}
            onChange={(_, checked) => onChange(withImplied({ ...rights, [right]: checked }))}
          />
        ))}
      </div>
    </Field>
  );
}
