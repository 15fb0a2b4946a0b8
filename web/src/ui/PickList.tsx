// Several out of a list, with a box to find them by.
import { Checkbox, SearchInput } from '@patternfly/react-core';
import { useState } from 'react';
import { best } from '@/lib/match';
import { SkeletonLines } from './Feedback';
import { Field } from './Field';

interface Option {
  value: string;
  label: string;
  note?: string;
}

interface Props {
  id: string;
  label: string;
  filterLabel: string;
  /** What is said when nothing is found. */
  nothing: string;
  /** How many are chosen, in words. */
  count: string;
  loading: string;
  help?: string;
  error?: string | null;
  /** Undefined while loading. */
  options: Option[] | undefined;
  chosen: string[];
  onChange: (chosen: string[]) => void;
}

const SHOWN = 200;

export function PickList(props: Props) {
  const { id, label, filterLabel, nothing, count, options, chosen, onChange } = props;
  const [query, setQuery] = useState('');
  const found = best(options ?? [], query, (option) => `${option.label} ${option.note}`, SHOWN);
  const flip = (value: string, checked: boolean) =>
    onChange(checked ? [...chosen, value] : chosen.filter((entry) => entry !== value));
  return (
    <Field id={id} label={label} help={props.help} error={props.error} role="group">
      <SearchInput
        aria-label={filterLabel}
        placeholder={filterLabel}
        value={query}
        onChange={(_, value) => setQuery(value)}
        onClear={() => setQuery('')}
      />
      {!options && <SkeletonLines lines={3} label={props.loading} />}
      <ul className="ou-picks">
        {found.map(({ value, label: text, note }) => (
          <li key={value}>
            <Checkbox
              id={`${id}-${value}`}
              label={text}
              description={note}
              isChecked={chosen.includes(value)}
              onChange={(_, checked) => flip(value, checked)}
            />
          </li>
        ))}
      </ul>
      {options && found.length === 0 && <p className="ou-muted">{nothing}</p>}
      <p className="ou-small" role="status">
        {count}
      </p>
    </Field>
  );
}
