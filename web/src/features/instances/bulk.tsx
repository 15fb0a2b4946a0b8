// One action after the other on several instances, and what came of each.
import { Spinner } from '@patternfly/react-core';
import { CheckCircleIcon, ExclamationCircleIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { useErrorText } from '../errors';

export type Outcome = 'running' | 'done' | { error: string };

export function useBulk(rows: InstanceRow[], act: (row: InstanceRow) => Promise<unknown>) {
  const errorText = useErrorText();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const note = (id: string, outcome: Outcome) =>
    setOutcomes((old) => new Map(old).set(id, outcome));
  const run = async () => {
    for (const row of rows) {
      note(row.id, 'running');
      await act(row).then(
        () => note(row.id, 'done'),
        (error) => note(row.id, { error: errorText(error) }),
      );
    }
  };
  const isStarted = outcomes.size > 0;
  const isEnded = outcomes.size === rows.length && ![...outcomes.values()].includes('running');
  return { outcomes, run, isStarted, isEnded };
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
          <ExclamationCircleIcon /> {outcome.error}
        </span>
      )}
    </li>
  );
}
