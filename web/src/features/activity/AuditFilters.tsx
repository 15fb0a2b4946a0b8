// The filters over the log, and a chip for each that is set.
import {
  Button,
  FormSelect,
  FormSelectOption,
  Label,
  LabelGroup,
  SearchInput,
  TextInput,
} from '@patternfly/react-core';
import { FilterIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditFilter, type FilterKey, FILTERS, objectParts, RESULTS, VIAS } from '@/lib/audit';
import { usePhone, useTyped } from '@/ui/hooks';
import { useUsers } from '../users/hooks';

interface Props {
  /** What is written in the fields, sound or not yet. */
  values: AuditFilter;
  filter: AuditFilter;
  /** How the object of the filter is called, where that is known. */
  objectName: string | null;
  /** Actions to suggest. */
  actions: string[];
  set: (key: FilterKey, value: string) => void;
  clear: () => void;
}

export function AuditFilters(props: Props) {
  const { t } = useTranslation();
  const isPhone = usePhone();
  const [isOpen, setOpen] = useState(false);
  const { values, set } = props;
  return (
    <>
      <div className="ou-toolbar" role="search" aria-label={t('audit.filter.title')}>
        <Search value={values.q ?? ''} onChange={(value) => set('q', value)} />
        {isPhone && (
          <Button
            variant="control"
            icon={<FilterIcon />}
            aria-expanded={isOpen}
            onClick={() => setOpen(!isOpen)}
          >
            {t('audit.filter.title')}
          </Button>
        )}
        {(!isPhone || isOpen) && <Fields {...props} />}
      </div>
      <Chips {...props} />
    </>
  );
}

function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useTranslation();
  const [typed, type] = useTyped(value, onChange);
  return (
    <SearchInput
      aria-label={t('audit.filter.q')}
      placeholder={t('audit.filter.q')}
      value={typed}
      onChange={(_, next) => type(next)}
      onClear={() => type('')}
    />
  );
}

function Fields({ values, actions, set }: Props) {
  const { t } = useTranslation();
  const { data: users = [] } = useUsers();
  return (
    <div className="ou-filters">
      <Suggesting
        id="actor"
        label={t('audit.filter.actor')}
        value={values.actor ?? ''}
        options={users.map(({ name }) => name)}
        onChange={(value) => set('actor', value)}
      />
      <Suggesting
        id="action"
        label={t('audit.filter.action')}
        value={values.action ?? ''}
        options={actions}
        onChange={(value) => set('action', value)}
      />
      <Choice
        label={t('audit.filter.via')}
        value={values.via ?? ''}
        options={VIAS.map((via) => ({ value: via, label: t(`audit.via.${via}`) }))}
        onChange={(value) => set('via', value)}
      />
      <Choice
        label={t('audit.filter.result')}
        value={values.result ?? ''}
        options={RESULTS.map((result) => ({ value: result, label: t(`audit.results.${result}`) }))}
        onChange={(value) => set('result', value)}
      />
      <div className="ou-filters__days">
        {(['since', 'until'] as const).map((key) => (
          <Day
            key={key}
            label={t(`audit.filter.${key}`)}
            value={(values[key] ?? '').slice(0, 10)}
            onChange={(value) => set(key, value)}
          />
        ))}
      </div>
    </div>
  );
}

interface DayProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
}

function Day({ label, value, onChange }: DayProps) {
  const [typed, type] = useTyped(value, onChange);
  return (
    <label className="ou-filters__day">
      <span>{label}</span>
      <TextInput type="date" aria-label={label} value={typed} onChange={(_, next) => type(next)} />
    </label>
  );
}

interface SuggestingProps {
  id: string;
  label: string;
  value: string;
  options: string[];
  onChange: (value: string) => void;
}

function Suggesting({ id, label, value, options, onChange }: SuggestingProps) {
  const [typed, type] = useTyped(value, onChange);
  return (
    <>
      <TextInput
        aria-label={label}
        placeholder={label}
        value={typed}
        list={`filter-${id}`}
        autoComplete="off"
        onChange={(_, next) => type(next)}
      />
      <datalist id={`filter-${id}`}>
        {options.map((option) => (
          <option key={option} value={option} />
        ))}
      </datalist>
    </>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: { value: string; label: string }[];
  onChange: (value: string) => void;
}

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <FormSelect aria-label={label} value={value} onChange={(_, next) => onChange(next)}>
      <FormSelectOption value="" label={label} />
      {options.map((option) => (
        <FormSelectOption key={option.value} {...option} />
      ))}
    </FormSelect>
  );
}

function Chips({ filter, objectName, set, clear }: Props) {
  const { t } = useTranslation();
  const active = FILTERS.filter((key) => filter[key]);
  if (active.length === 0) return null;
  const text = (key: FilterKey): string => {
    const value = filter[key] ?? '';
    if (key === 'via') return t(`audit.via.${value as 'session'}`);
    if (key === 'result') return t(`audit.results.${value as 'ok'}`);
    if (key === 'object') return objectName ?? (objectParts(value).id || value);
    return value;
  };
  return (
    <div className="ou-chips">
      <LabelGroup numLabels={FILTERS.length} aria-label={t('audit.filter.chips')}>
        {active.map((key) => {
          const chip = t(`audit.chip.${key}`, { value: text(key) });
          return (
            <Label
              key={key}
              variant="outline"
              closeBtnAriaLabel={t('audit.filter.remove', { chip })}
              onClose={() => set(key, '')}
            >
              {chip}
            </Label>
          );
        })}
      </LabelGroup>
      <Button variant="link" isInline onClick={clear}>
        {t('filter.clear')}
      </Button>
    </div>
  );
}
