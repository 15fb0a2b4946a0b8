// Changes the title, the description and the tags of an instance.
import { TextArea } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Instance } from '@/api/types';
import { Dialog } from '@/ui/Dialog';
import { Field, TextField } from '@/ui/Field';
import { fieldError, otherError, useErrorText } from '../errors';
import { sameTags } from '@/lib/tags';
import { useChangeInstance, useInstance } from './hooks';
import { InstanceTags } from './InstanceTags';

interface Props {
  id: string;
  onClose: () => void;
}

export function EditDialog({ id, onClose }: Props) {
  const { data } = useInstance(id);
  return data ? <EditForm instance={data} onClose={onClose} /> : null;
}

function EditForm({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [title, setTitle] = useState(instance.title ?? '');
  const [description, setDescription] = useState(instance.description ?? '');
  const [tags, setTags] = useState(instance.tags);
  const change = useChangeInstance(instance.id);
  const { error } = change;
  return (
    <Dialog
      title={t('edit.title', { name: instance.name })}
      confirm={t('app.save')}
      cancel={t('app.cancel')}
      isBusy={change.isPending}
      error={otherError(error, errorText, ['title', 'description', 'tags'])}
      onConfirm={() =>
        change.mutate(
          {
            title: title.trim() || null,
            description: description.trim() || null,
            ...(!sameTags(tags, instance.tags) && { tags }),
          },
          { onSuccess: onClose },
        )
      }
      onClose={onClose}
    >
      <TextField
        id="edit-title"
        label={t('edit.titleField')}
        help={t('edit.titleHelp')}
        error={fieldError(error, 'title')}
        value={title}
        onChange={setTitle}
      />
      <Field
        id="edit-description"
        label={t('edit.description')}
        error={fieldError(error, 'description')}
      >
        <TextArea
          id="edit-description"
          value={description}
          rows={5}
          resizeOrientation="vertical"
          onChange={(_, value) => setDescription(value)}
        />
      </Field>
      <InstanceTags
        id="edit-tags"
        error={fieldError(error, 'tags')}
        tags={tags}
        onChange={setTags}
      />
    </Dialog>
  );
}
