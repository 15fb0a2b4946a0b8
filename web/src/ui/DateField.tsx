// A day as a field of a form; it counts to its end.
import { TextInput } from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { Field } from './Field';

interface Props {
  id: string;
  label: string;
  help?: ReactNode;
  error?: string | null;
  /** As `2026-12-31`. */
  value: string;
  onChange: (value: string) => void;
}

export function DateField({ id, label, help, error, value, onChange }: Props) {
  return (
    <Field id={id} label={label} help={help} error={error} isRequired>
      <TextInput
        id={id}
        type="date"
        value={value}
        min={dayAfter(0)}
        validated={error ? 'error' : 'default'}
        aria-describedby={error || help ? `${id}-help` : undefined}
        onChange={(_, next) => onChange(next)}
      />
    </Field>
  );
}

const DAY_MS = 86_400_000;

/** Today and some days, as the field takes it. */
export function dayAfter(days: number, now = Date.now()): string {
  const date = new Date(now + days * DAY_MS);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** The last second of the day where the browser is; undefined when the field holds no day. */
export function endOfDay(day: string): string | undefined {
  const end = new Date(`${day}T23:59:59`);
  return Number.isNaN(end.getTime()) ? undefined : end.toISOString();
}
