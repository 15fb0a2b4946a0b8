// How it is copied, whether it starts; whose it is; for administrators the host.
import { FormSelect, FormSelectOption, Radio, Switch } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { groupHolder, holderOf, ownerOf } from '@/lib/holder';
import { Field, TextField } from '@/ui/Field';
import { fieldError } from '../../errors';
import { useHosts } from '../../hosts/hooks';
import { HolderField } from '../../people/HolderField';
import { useMe, useRole, useSignedIn } from '../../session/hooks';
import { InstanceTags } from '../InstanceTags';
import type { NewForm } from './useNewForm';

interface Props {
  form: NewForm;
  error: Error | null;
}

export function StartFields({ form }: { form: NewForm }) {
  const { t } = useTranslation();
  const { linked, start } = form.values;
  return (
    <>
      <Field id="copy" label={t('new.copy')}>
        <div className="ou-choices" role="radiogroup" aria-label={t('new.copy')}>
          <Radio
            id="linked"
            name="copy"
            label={t('new.linked')}
            description={t('new.linkedHelp')}
            isChecked={linked}
            onChange={() => form.set({ linked: true })}
          />
          <Radio
            id="full"
            name="copy"
            label={t('new.full')}
            description={t('new.fullHelp')}
            isChecked={!linked}
            onChange={() => form.set({ linked: false })}
          />
        </div>
      </Field>
      <Switch
        id="start"
        label={t('new.start')}
        isChecked={start}
        onChange={(_, checked) => form.set({ start: checked })}
      />
    </>
  );
}

export function PlaceFields({ form, error }: Props) {
  const { t } = useTranslation();
  const isAdministrator = useRole('administrator');
  return (
    <div className="ou-pair">
      <TextField
        id="title"
        label={t('new.title')}
        help={t('new.titleHelp')}
        error={fieldError(error, 'title')}
        value={form.values.title}
        onChange={(title) => form.set({ title })}
        autoComplete="off"
      />
      <InstanceTags
        id="tags"
        error={fieldError(error, 'tags')}
        tags={form.values.tags}
        onChange={(tags) => form.set({ tags })}
      />
      <OwnerField form={form} error={error} />
      {isAdministrator && <HostField form={form} error={error} />}
    </div>
  );
}

/** Anybody for staff; for others themselves and their groups, if they have any. */
function OwnerField({ form, error }: Props) {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const isStaff = useRole('staff');
  const { data: me } = useMe();
  const field = {
    id: 'owner',
    label: t('new.owner'),
    error: fieldError(error, 'owner'),
  };
  if (isStaff) {
    return (
      <HolderField
        {...field}
        help={t('new.ownerHelp', { user })}
        value={holderOf(form.values.owner)}
        onChange={(holder) => form.set({ owner: ownerOf(holder) })}
      />
    );
  }
  if (!me || me.groups.length === 0) return null;
  return (
    <Field {...field} help={t('new.ownerGroups')}>
      <FormSelect id="owner" value={form.values.owner} onChange={(_, owner) => form.set({ owner })}>
        <FormSelectOption value="" label={t('requests.forMe')} />
        {me.groups.map((name) => (
          <FormSelectOption
            key={name}
            value={groupHolder(name)}
            label={t('requests.forGroup', { name })}
          />
        ))}
      </FormSelect>
    </Field>
  );
}

function HostField({ form, error }: Props) {
  const { t } = useTranslation();
  const { data = [] } = useHosts();
  return (
    <Field
      id="host"
      label={t('new.host')}
      help={t('new.hostHelp')}
      error={fieldError(error, 'host')}
    >
      <FormSelect
        id="host"
        value={form.values.host ?? ''}
        onChange={(_, value) => form.set({ host: value || null })}
      >
        <FormSelectOption value="" label={t('new.anyHost')} />
        {data.map(({ name, state }) => (
          <FormSelectOption
            key={name}
            value={name}
            label={
              state === 'online'
                ? name
                : t('new.hostState', { name, state: t(`host.state.${state}`) })
            }
            isDisabled={state !== 'online'}
          />
        ))}
      </FormSelect>
    </Field>
  );
}
