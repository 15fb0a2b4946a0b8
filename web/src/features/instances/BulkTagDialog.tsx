// Gives several instances tags, and takes others away.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { changedTags, sameTags } from '@/lib/tags';
import { BulkForm, BulkList, useBulk } from './bulk';
import { useChangeInstances } from './hooks';
import { InstanceTags } from './InstanceTags';

interface Props {
  rows: InstanceRow[];
  onClose: () => void;
  onDone: () => void;
}

export function BulkTagDialog({ rows, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const [added, setAdded] = useState<string[]>([]);
  const [removed, setRemoved] = useState<string[]>([]);
  const { mutateAsync: change } = useChangeInstances();
  const bulk = useBulk(rows, async ({ id, tags }) => {
    const wanted = changedTags(tags, added, removed);
    return sameTags(wanted, tags) ? null : change({ id, tags: wanted });
  });
  return (
    <BulkForm
      bulk={bulk}
      title={t('tags.several', { count: rows.length })}
      confirm={t('app.save')}
      isBlocked={added.length + removed.length === 0}
      onClose={onClose}
      onDone={onDone}
    >
      {!bulk.isStarted && (
        <>
          <InstanceTags id="tags-added" label={t('tags.added')} tags={added} onChange={setAdded} />
          <InstanceTags
            id="tags-removed"
            label={t('tags.removed')}
            help={t('tags.removedHelp')}
            tags={removed}
            onChange={setRemoved}
          />
        </>
      )}
      <BulkList rows={rows} outcomes={bulk.outcomes} />
    </BulkForm>
  );
}
