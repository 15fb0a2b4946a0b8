// Gives several machines to a user or group, one after the other, with a result for each.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { ownerOf } from '@/lib/holder';
import { useToast } from '@/ui/Toasts';
import { chosen, HolderField } from '../people/HolderField';
import { BulkForm, BulkList, useBulk } from './bulk';
import { useChangeInstances } from './hooks';

interface Props {
  rows: InstanceRow[];
  onClose: () => void;
  onDone: () => void;
}

export function OwnersDialog({ rows, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const [holder, setHolder] = useState('user:');
  const { mutateAsync: change } = useChangeInstances();
  const to = chosen(holder);
  const bulk = useBulk(rows, ({ id }) => change({ id, owner: to && ownerOf(to) }));
  const confirm = async () => {
    if (!(await bulk.run())) return;
    toast({ variant: 'success', title: t('owner.changedAll', { count: rows.length }) });
    onDone();
  };
  return (
    <BulkForm
      bulk={bulk}
      title={t('owner.titleAll', { count: rows.length })}
      description={t('owner.text')}
      confirm={t('owner.set')}
      onConfirm={() => void confirm()}
      onClose={onClose}
      onDone={onDone}
    >
      <HolderField
        id="owner"
        label={t('facts.owners')}
        help={t('owner.help')}
        value={holder}
        onChange={setHolder}
        error={null}
      />
      {bulk.isStarted && <BulkList rows={rows} outcomes={bulk.outcomes} />}
    </BulkForm>
  );
}
