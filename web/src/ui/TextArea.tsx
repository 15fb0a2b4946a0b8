// A field for some sentences.
import { TextArea } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { Field } from './Field';

interface Props {
  id: string;
  label: string;
  help?: ReactNode;
  error?: string | null;
  isRequired?: boolean;
  rows?: number;
  className?: string;
  placeholder?: string;
  value: string;
  onChange: (value: string) => void;
}

export function TextAreaField(props: Props) {
  const { id, label, help, error, isRequired, rows = 3, value, onChange } = props;
  return (
    <Field id={id} label={label} help={help} error={error} isRequired={isRequired ?? false}>
      <TextArea
        id={id}
        rows={rows}
        value={value}
        className={props.className}
        placeholder={props.placeholder}
        resizeOrientation="vertical"
        isRequired={isRequired ?? false}
        validated={error ? 'error' : 'default'}
        aria-describedby={error || help ? `${id}-help` : undefined}
        onChange={(_, next) => onChange(next)}
      />
    </Field>
  );
}
