// The name: the next free pre-registered one unless another is chosen; its address is shown.
import {
  Button,
  MenuToggle,
  type MenuToggleElement,
  Select,
  SelectList,
  SelectOption,
  TextInputGroup,
  TextInputGroupMain,
  TextInputGroupUtilities,
} from '@patternfly/react-core';
import { TimesIcon } from '@patternfly/react-icons';
import { type Ref, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Name, Plan } from '@/api/types';
import { best } from '@/lib/match';
import { natural } from '@/lib/natural';
import { Field, TextField } from '@/ui/Field';
import { fieldError } from '../../errors';
import { useFreeNames } from '../../names/hooks';
import { useRole } from '../../session/hooks';
import type { NewForm } from './useNewForm';

const SHOWN = 200;

export function NameField({ form, error }: { form: NewForm; error: Error | null }) {
  const { t } = useTranslation();
  const names = useFreeNames();
  const message = fieldError(error, 'name', 'pool');
  if (names.data?.length === 0) {
    return (
      <TextField
        id="name"
        label={t('new.name')}
        help={t('new.noNames')}
        error={message}
        value={form.values.name ?? ''}
        onChange={(name) => form.set({ name: name.trim() || null })}
        autoComplete="off"
      />
    );
  }
  const plan = form.plan.isError ? undefined : form.plan.data;
  return (
    <Field id="name" label={t('new.name')} error={message} help={<Registration plan={plan} />}>
      <div className="ou-namefield">
        <NameSelect form={form} names={names.data ?? []} planned={plan?.name ?? null} />
      </div>
    </Field>
  );
}

function Registration({ plan }: { plan: Plan | undefined }) {
  const { t } = useTranslation();
  if (!plan) return <>&nbsp;</>;
  const facts = [plan.ip, plan.mac].filter(Boolean);
  return (
    <>
      {facts.length > 0 ? t('new.registered', { facts: facts.join(' · ') }) : t('new.unregistered')}
    </>
  );
}

interface SelectProps {
  form: NewForm;
  names: Name[];
  planned: string | null;
}

function NameSelect({ form, names, planned }: SelectProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const sorted = names.toSorted((a, b) => natural(a.pool, b.pool) || natural(a.name, b.name));
  const found = best(sorted, typed, ({ name, ip }) => `${name} ${ip ?? ''}`, SHOWN);
  const next = planned ? t('new.nextFree', { name: planned }) : t('new.nextFreeAny');
  const choose = (name: string | null) => {
    form.set({ name });
    setTyped('');
    setOpen(false);
  };
  const shown = form.values.name ?? next;
  const toggle = (ref: Ref<MenuToggleElement>) => (
    <NameToggle
      {...{ innerRef: ref, isOpen, setOpen, typed, setTyped, shown }}
      onClear={form.values.name ? () => choose(null) : null}
    />
  );
  return (
    <Select
      isOpen={isOpen}
      onOpenChange={setOpen}
      onSelect={(_, value) => choose(value === '' ? null : String(value))}
      selected={form.values.name ?? ''}
      toggle={toggle}
      variant="typeahead"
      isScrollable
      shouldFocusFirstItemOnOpen={false}
    >
      <SelectList id="name-list" aria-label={t('new.name')}>
        {!typed && <SelectOption value="">{next}</SelectOption>}
        {found.map(({ name, ip, pool, problems }) => (
          <SelectOption
            key={name}
            value={name}
            description={[ip, pool, ...problems].filter(Boolean).join(' · ')}
          >
            {name}
          </SelectOption>
        ))}
        <Unlisted
          typed={typed}
          isKnown={found.some(({ name }) => name === typed)}
          isEmpty={found.length === 0}
        />
      </SelectList>
    </Select>
  );
}

/** Staff may also use a name that nobody registered. */
function Unlisted({
  typed,
  isKnown,
  isEmpty,
}: {
  typed: string;
  isKnown: boolean;
  isEmpty: boolean;
}) {
  const { t } = useTranslation();
  const isStaff = useRole('staff');
  const name = typed.trim();
  if (isStaff && name && !isKnown) {
    return <SelectOption value={name}>{t('new.useUnregistered', { name })}</SelectOption>;
  }
  return isEmpty ? <SelectOption isDisabled>{t('new.noSuchName')}</SelectOption> : null;
}

interface ToggleProps {
  innerRef: Ref<MenuToggleElement>;
  isOpen: boolean;
  setOpen: (open: boolean) => void;
  typed: string;
  setTyped: (typed: string) => void;
  shown: string;
  onClear: (() => void) | null;
}

function NameToggle(props: ToggleProps) {
  const { innerRef, isOpen, setOpen, typed, setTyped, shown, onClear } = props;
  const { t } = useTranslation();
  return (
    <MenuToggle
      ref={innerRef}
      variant="typeahead"
      isExpanded={isOpen}
      onClick={() => setOpen(!isOpen)}
      isFullWidth
      aria-label={t('new.chooseName')}
    >
      <TextInputGroup isPlain>
        <TextInputGroupMain
          inputId="name"
          value={isOpen ? typed : shown}
          placeholder={shown}
          autoComplete="off"
          role="combobox"
          isExpanded={isOpen}
          aria-controls="name-list"
          aria-label={t('new.name')}
          onClick={() => setOpen(true)}
          onChange={(_, value) => {
            setTyped(value);
            setOpen(true);
          }}
        />
        {onClear && (
          <TextInputGroupUtilities>
            <Button
              variant="plain"
              icon={<TimesIcon />}
              aria-label={t('new.clearName')}
              onClick={onClear}
            />
          </TextInputGroupUtilities>
        )}
      </TextInputGroup>
    </MenuToggle>
  );
}
