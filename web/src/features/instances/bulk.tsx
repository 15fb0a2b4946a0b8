// One action after the other on several instances, and what came of each.
import { Spinner } from '@patternfly/react-core';
import { CheckCircleIcon, ExclamationCircleIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { Dialog, type DialogProps } from '@/ui/Dialog';
import { useErrorText } from '../errors';

export type Outcome = 'running' | 'done' | { error: string };

export type Bulk = ReturnType<typeof useBulk>;

export function useBulk(rows: InstanceRow[], act: (row: InstanceRow) => Promise<unknown>) {
  const errorText = useErrorText();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const note = (id: string, outcome: Outcome) =>
    setOutcomes((old) => new Map(old).set(id, outcome));
  const left = rows.filter(({ id }) => outcomes.get(id) !== 'done');
  /** For all at first, then for what failed; answers whether everything is done. */
  const run = async () => {
    let failures = 0;
    setOutcomes((old) => new Map([...old].filter(([, outcome]) => outcome === 'done')));
    for (const row of left) {
      note(row.id, 'running');
      await act(row).then(
        () => note(row.id, 'done'),
        (error) => {
          failures += 1;
          note(row.id, { error: errorText(error) });
        },
      );
    }
    return failures === 0;
  };
  const isStarted = outcomes.size > 0;
  const isBusy = [...outcomes.values()].includes('running');
  return { outcomes, left, run, isStarted, isBusy };
}

interface BulkFormProps extends Omit<DialogProps, 'confirm' | 'cancel' | 'isBusy' | 'onConfirm'> {
  bulk: Bulk;
  confirm: string;
  onConfirm?: () => void;
  /** Instead of `onClose` once something was done. */
  onDone: () => void;
}

/** The dialog around it: what failed can be tried again. */
export function BulkForm({ bulk, confirm, isBlocked, onClose, onDone, ...props }: BulkFormProps) {
  const { t } = useTranslation();
  const { left, run, isStarted, isBusy } = bulk;
  const again = isStarted && !isBusy ? t('app.retry') : confirm;
  return (
    <Dialog
      onConfirm={() => void run()}
      {...props}
      confirm={left.length === 0 ? null : again}
      cancel={isStarted ? t('app.close') : t('app.cancel')}
      isBusy={isBusy}
      isBlocked={Boolean(isBlocked && !isStarted)}
      onClose={isStarted ? onDone : onClose}
    />
  );
}

interface ListProps {
  rows: InstanceRow[];
  outcomes: ReadonlyMap<string, Outcome>;
}

export function BulkList({ rows, outcomes }: ListProps) {
  return (
    <ul className="ou-bulk__list" aria-live="polite">
      {rows.map((row) => (
        <BulkLine key={row.id} name={row.name} outcome={outcomes.get(row.id)} />
      ))}
    </ul>
  );
}

/** Beside its name a sentence need not begin with it. */
const withoutName = (text: string, name: string) =>
  text.startsWith(`${name}: `) ? text.slice(name.length + 2) : text;

function BulkLine({ name, outcome }: { name: string; outcome: Outcome | undefined }) {
  const { t } = useTranslation();
  return (
    <li>
      <strong>{name}</strong>
      {outcome === 'running' && <Spinner isInline aria-label={t('app.working')} />}
      {outcome === 'done' && (
        <span className="ou-good">
          <CheckCircleIcon /> {t('bulk.done')}
        </span>
      )}
      {typeof outcome === 'object' && (
        <span className="ou-bad">
          <ExclamationCircleIcon /> {withoutName(outcome.error, name)}
        </span>
      )}
    </li>
  );
}
