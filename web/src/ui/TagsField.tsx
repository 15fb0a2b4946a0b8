// Tags as labels with a box to add more; a space, a comma or Enter ends one.
import { Label, LabelGroup, TextInput } from '@patternfly/react-core';
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { changedTags, toTags } from '@/lib/tags';
import { Field } from './Field';

interface Props {
  id: string;
  label: string;
  help?: ReactNode;
  error?: string | null;
  tags: string[];
  onChange: (tags: string[]) => void;
  /** Tags that are used already. */
  known?: string[];
  /** What a label's cross says: "Remove {tag}". */
  removeLabel: (tag: string) => string;
}

export function TagsField(props: Props) {
  const { id, label, help, error, tags, onChange, known = [] } = props;
  const [typed, setTyped] = useState('');
  const take = (text: string) => {
    onChange(changedTags(tags, toTags(text), []));
    setTyped('');
  };
  const type = (text: string) => (/[\s,]$/.test(text) ? take(text) : setTyped(text));
  const press = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || typed.trim() === '') return;
    event.preventDefault();
    take(typed);
  };
  return (
    <Field id={id} label={label} help={help} error={error}>
      {tags.length > 0 && (
        <LabelGroup numLabels={20} aria-label={label} className="ou-tags">
          {tags.map((tag) => (
            <Label
              key={tag}
              isCompact
              onClose={() => onChange(changedTags(tags, [], [tag]))}
              closeBtnAriaLabel={props.removeLabel(tag)}
            >
              {tag}
            </Label>
          ))}
        </LabelGroup>
      )}
      <TextInput
        id={id}
        value={typed}
        list={`${id}-known`}
        autoComplete="off"
        validated={error ? 'error' : 'default'}
        aria-describedby={error || help ? `${id}-help` : undefined}
        onChange={(_, text) => type(text)}
        onKeyDown={press}
        onBlur={() => typed.trim() !== '' && take(typed)}
      />
      <datalist id={`${id}-known`}>
        {known
          .filter((tag) => !tags.includes(tag))
          .map((tag) => (
            <option key={tag} value={tag} />
          ))}
      </datalist>
    </Field>
  );
}
