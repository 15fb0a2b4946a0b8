// A field for a user or a group, with suggestions for those who may see them.
import { TextInput, ToggleGroup, ToggleGroupItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Holder } from '@/api/types';
import { holderName, type HolderKind, kindOf } from '@/lib/holder';
import { Field } from '@/ui/Field';
import { useGroups } from '../groups/hooks';
import { useUsers } from '../users/hooks';

interface Props {
  id: string;
  label: string;
  help?: string;
  error: string | null;
  /** `user:` or `group:` with nothing behind it is empty. */
  value: Holder;
  onChange: (holder: Holder) => void;
  isRequired?: boolean;
  /** Names that make no sense here. */
  without?: string[];
}

const KINDS: HolderKind[] = ['user', 'group'];

export function HolderField(props: Props) {
  const { id, label, help, error, value, onChange, isRequired, without = [] } = props;
  const { t } = useTranslation();
  const kind = kindOf(value);
  const names = useNames(kind).filter((name) => !without.includes(`${kind}:${name}`));
  return (
    <Field id={id} label={label} help={help} error={error} isRequired={isRequired ?? false}>
      <div className="ou-holder">
        <ToggleGroup aria-label={t('holder.kind')}>
          {KINDS.map((choice) => (
            <ToggleGroupItem
              key={choice}
              text={t(`holder.${choice}`)}
              buttonId={`${id}-${choice}`}
              isSelected={kind === choice}
              onChange={() => onChange(`${choice}:`)}
            />
          ))}
        </ToggleGroup>
        <TextInput
          id={id}
          value={holderName(value)}
          list={`${id}-list`}
          autoComplete="off"
          placeholder={t(`holder.name.${kind}`)}
          validated={error ? 'error' : 'default'}
          aria-describedby={error || help ? `${id}-help` : undefined}
          onChange={(_, name) => onChange(`${kind}:${name}`)}
        />
        <datalist id={`${id}-list`}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </div>
    </Field>
  );
}

function useNames(kind: HolderKind): string[] {
  const { data: users = [] } = useUsers();
  const { data: groups = [] } = useGroups();
  return (kind === 'user' ? users : groups).map(({ name }) => name);
}

/** The holder without blanks, or null when no name was typed. */
export function chosen(value: Holder): Holder | null {
  const name = holderName(value).trim();
  return name ? `${kindOf(value)}:${name}` : null;
}
