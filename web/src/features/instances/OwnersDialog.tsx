// Gives several machines to a user or group, one after the other, with a result for each.
import { Alert } from '@patternfly/react-core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeInstance } from '@/api/instances';
import type { InstanceRow } from '@/api/types';
import { ownerOf } from '@/lib/holder';
import { Dialog } from '@/ui/Dialog';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { keys } from '../keys';
import { chosen, HolderField } from '../people/HolderField';

interface Props {
  rows: InstanceRow[];
  onClose: () => void;
  onDone: () => void;
}

export function OwnersDialog({ rows: current, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const [rows, setRows] = useState(current);
  const [holder, setHolder] = useState('user:');
  const { refused, isBusy, run } = useGive();
  const to = chosen(holder);
  const confirm = async () => {
    const left = await run(rows, to && ownerOf(to));
    setRows(left);
    if (left.length > 0) return;
    toast({ variant: 'success', title: t('owner.changedAll', { count: current.length }) });
    onDone();
  };
  return (
    <Dialog
      title={t('owner.titleAll', { count: rows.length })}
      description={t('owner.text')}
      confirm={t('owner.set')}
      cancel={t('app.cancel')}
      isBusy={isBusy}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <HolderField
        id="owner"
        label={t('facts.owners')}
        help={t('owner.help')}
        value={holder}
        onChange={setHolder}
        error={null}
      />
      {refused.map(({ name, text }) => (
        <Alert key={name} isInline isPlain variant="danger" title={`${name}: ${text}`} />
      ))}
    </Dialog>
  );
}

interface Refusal {
  name: string;
  text: string;
}

function useGive() {
  const client = useQueryClient();
  const errorText = useErrorText();
  const [refused, setRefused] = useState<Refusal[]>([]);
  const [isBusy, setBusy] = useState(false);
  /** Answers those that stay as they are. */
  const run = async (rows: InstanceRow[], owner: string | null) => {
    const left: InstanceRow[] = [];
    const refusals: Refusal[] = [];
    setBusy(true);
    for (const row of rows) {
      await changeInstance(row.id, { owner }).catch((error: unknown) => {
        left.push(row);
        refusals.push({ name: row.name, text: errorText(error) });
      });
    }
    setRefused(refusals);
    setBusy(false);
    void client.invalidateQueries({ queryKey: keys.instances });
    return left;
  };
  return { refused, isBusy, run };
}
