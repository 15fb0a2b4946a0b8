// Confirms an action on several instances, runs it one after the other, shows each result.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { TextField } from '@/ui/Field';
import { BulkForm, BulkList, useBulk } from './bulk';
import { useDeleteInstance, useVerb } from './hooks';

export type BulkVerb = 'start' | 'shutdown' | 'delete';

interface Props {
  rows: InstanceRow[];
  verb: BulkVerb;
  onClose: () => void;
  onDone: () => void;
}

export function BulkDialog({ rows, verb, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState('');
  const { mutateAsync: runVerb } = useVerb();
  const { mutateAsync: remove } = useDeleteInstance();
  const bulk = useBulk(rows, ({ id }) => (verb === 'delete' ? remove(id) : runVerb({ id, verb })));
  const count = rows.length;
  const deletes = verb === 'delete';
  return (
    <BulkForm
      bulk={bulk}
      title={t(`bulk.${verb}`, { count })}
      {...(deletes && { titleIcon: 'danger', variant: 'danger' })}
      confirm={t(`bulk.confirm.${verb}`, { count: bulk.left.length })}
      isBlocked={deletes && typed.trim() !== String(count)}
      onClose={onClose}
      onDone={onDone}
    >
      <BulkList rows={rows} outcomes={bulk.outcomes} />
      {deletes && !bulk.isStarted && (
        <TextField
          id="bulk-count"
          label={t('bulk.typeCount', { count })}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
        />
      )}
    </BulkForm>
  );
}
