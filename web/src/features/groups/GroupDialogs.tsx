// The dialogs about groups: adding one, its description, its deletion.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Group } from '@/api/types';
import { noAmounts, toAmounts, toTexts } from '@/lib/amounts';
import { groupHolder } from '@/lib/holder';
import { Dialog } from '@/ui/Dialog';
import { TextField } from '@/ui/Field';
import { TextAreaField } from '@/ui/TextArea';
import { useToast } from '@/ui/Toasts';
import { fieldError, otherError, useErrorText } from '../errors';
import { DeleteHolderDialog } from '../people/DeleteDialog';
import { LendDialog } from '../people/LendDialog';
import { QuotaDialog } from '../people/QuotaDialog';
import { QUOTA_FIELDS, QuotaFields } from '../people/QuotaFields';
import { useAddGroup, useChangeGroup, useDeleteGroup, usePutGroupQuota } from './hooks';

export function AddGroupDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [texts, setTexts] = useState(() => toTexts(NOTHING));
  const add = useAddGroup();
  const { error } = add;
  const quota = toAmounts(texts);
  const body = { name: name.trim(), description: description.trim() };
  const done = () => navigate(`/groups/${encodeURIComponent(body.name)}`);
  return (
    <Dialog
      title={t('groups.add')}
      description={t('groups.addText')}
      size="medium"
      confirm={t('groups.addConfirm')}
      cancel={t('app.cancel')}
      isBusy={add.isPending}
      isBlocked={!body.name || !quota}
      error={otherError(error, errorText, ['name', 'description', ...QUOTA_FIELDS])}
      onConfirm={() => quota && add.mutate({ ...body, quota }, { onSuccess: done })}
      onClose={onClose}
    >
      <TextField
        id="group-name"
        label={t('groups.name')}
        isRequired
        autoComplete="off"
        value={name}
        onChange={setName}
        error={fieldError(error, 'name')}
      />
      <TextField
        id="group-description"
        label={t('groups.description')}
        autoComplete="off"
        value={description}
        onChange={setDescription}
        error={fieldError(error, 'description')}
      />
      <QuotaFields texts={texts} onChange={setTexts} error={error} placeholder={t('quota.none')} />
    </Dialog>
  );
}

/** A group shares the machines of its members; own ones it gets when somebody says how many. */
const NOTHING = { ...noAmounts(), instances: 0, vcpus: 0, memory_mib: 0, disk_gib: 0 };

export type GroupDialog = 'quota' | 'lend' | 'edit' | 'delete';

interface Props {
  group: Group;
  onClose: () => void;
}

export function GroupDialogs({ kind, ...props }: Props & { kind: GroupDialog }) {
  if (kind === 'quota') return <GroupQuotaDialog {...props} />;
  if (kind === 'lend') {
    return <LendDialog holder={groupHolder(props.group.name)} onClose={props.onClose} />;
  }
  return kind === 'edit' ? <DescriptionDialog {...props} /> : <DeleteGroupDialog {...props} />;
}

function GroupQuotaDialog({ group, onClose }: Props) {
  const put = usePutGroupQuota(group.name);
  return <QuotaDialog name={group.name} of={group} put={put} onClose={onClose} />;
}

function DescriptionDialog({ group, onClose }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [description, setDescription] = useState(group.description);
  const change = useChangeGroup(group.name);
  return (
    <Dialog
      title={t('groups.editTitle', { name: group.name })}
      confirm={t('app.save')}
      cancel={t('app.cancel')}
      isBusy={change.isPending}
      error={otherError(change.error, errorText, ['description'])}
      onConfirm={() => change.mutate(description.trim(), { onSuccess: onClose })}
      onClose={onClose}
    >
      <TextAreaField
        id="group-description"
        label={t('groups.description')}
        value={description}
        onChange={setDescription}
        error={fieldError(change.error, 'description')}
      />
    </Dialog>
  );
}

function DeleteGroupDialog({ group, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const remove = useDeleteGroup(group.name);
  const done = () => {
    toast({ variant: 'success', title: t('holder.deleted', { name: group.name }) });
    navigate('/groups');
  };
  return (
    <DeleteHolderDialog
      holder={groupHolder(group.name)}
      owned={group.usage.instances}
      remove={remove}
      onDone={done}
      onClose={onClose}
    />
  );
}
