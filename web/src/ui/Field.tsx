// One field of a form with its help and its error beneath.
import {
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  TextInput,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';

interface FieldProps {
  id: string;
  label: string;
  help?: ReactNode;
  error?: string | null | undefined;
  isRequired?: boolean;
  /** For several controls under one label. */
  role?: 'group';
  children: ReactNode;
}

export function Field({ id, label, help, error, isRequired, role, children }: FieldProps) {
  return (
    <FormGroup label={label} fieldId={id} isRequired={isRequired ?? false} {...(role && { role })}>
      {children}
      {(error || help) && (
        <FormHelperText>
          <HelperText id={`${id}-help`} isLiveRegion={Boolean(error)}>
            <HelperTextItem variant={error ? 'error' : 'default'}>{error || help}</HelperTextItem>
          </HelperText>
        </FormHelperText>
      )}
    </FormGroup>
  );
}

interface TextFieldProps extends Omit<FieldProps, 'children'> {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'password' | 'email' | 'number';
  autoComplete?: string;
  placeholder?: string;
  autoFocus?: boolean;
  /** Suggestions. */
  options?: string[];
}

export function TextField(props: TextFieldProps) {
  const { id, label, help, error, isRequired, value, onChange, type, options, ...rest } = props;
  return (
    <Field id={id} label={label} help={help} error={error} isRequired={isRequired ?? false}>
      <TextInput
        {...rest}
        id={id}
        type={type ?? 'text'}
        value={value}
        list={options && `${id}-list`}
        isRequired={isRequired ?? false}
        validated={error ? 'error' : 'default'}
        aria-describedby={error || help ? `${id}-help` : undefined}
        onChange={(_, next) => onChange(next)}
      />
      {options && (
        <datalist id={`${id}-list`}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </Field>
  );
}
