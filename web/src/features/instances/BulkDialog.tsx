// Confirms an action on several instances, runs it one after the other, shows each result.
import {
  Button,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
  Spinner,
} from '@patternfly/react-core';
import { CheckCircleIcon, ExclamationCircleIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { TextField } from '@/ui/Field';
import { useErrorText } from '../errors';
import { useDeleteInstance, useVerb } from './hooks';

export type BulkVerb = 'start' | 'shutdown' | 'delete';

type Outcome = 'running' | 'done' | { error: string };

interface Props {
  rows: InstanceRow[];
  verb: BulkVerb;
  onClose: () => void;
  onDone: () => void;
}

export function BulkDialog({ rows: current, verb, onClose, onDone }: Props) {
  const { t } = useTranslation();
  // A deleted row leaves the list while the dialog still tells of it.
  const [rows] = useState(current);
  const [typed, setTyped] = useState('');
  const { outcomes, run, isStarted, isEnded } = useBulk(rows, verb);
  const isBlocked = verb === 'delete' && typed !== String(rows.length);
  const close = isStarted ? onDone : onClose;
  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby="bulk-title">
      <ModalHeader
        title={t(`bulk.${verb}`, { count: rows.length })}
        labelId="bulk-title"
        titleIconVariant={verb === 'delete' ? 'danger' : undefined}
      />
      <ModalBody>
        <ul className="ou-bulk__list" aria-live="polite">
          {rows.map((row) => (
            <BulkLine key={row.id} name={row.name} outcome={outcomes.get(row.id)} />
          ))}
        </ul>
        {verb === 'delete' && !isStarted && (
          <TextField
            id="bulk-count"
            label={t('bulk.typeCount', { count: rows.length })}
            value={typed}
            onChange={setTyped}
            autoComplete="off"
          />
        )}
      </ModalBody>
      <ModalFooter>
        {!isEnded && (
          <Button
            variant={verb === 'delete' ? 'danger' : 'primary'}
            isDisabled={isBlocked || isStarted}
            isLoading={isStarted}
            onClick={() => void run()}
          >
            {verb === 'delete' ? t('instances.delete') : t(`verbs.${verb}`)}
          </Button>
        )}
        <Button variant="link" onClick={close}>
          {isEnded ? t('app.close') : t('app.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}

function useBulk(rows: InstanceRow[], verb: BulkVerb) {
  const errorText = useErrorText();
  const { mutateAsync: runVerb } = useVerb();
  const { mutateAsync: remove } = useDeleteInstance();
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const note = (id: string, outcome: Outcome) =>
    setOutcomes((old) => new Map(old).set(id, outcome));
  const run = async () => {
    for (const { id } of rows) {
      note(id, 'running');
      await (verb === 'delete' ? remove(id) : runVerb({ id, verb })).then(
        () => note(id, 'done'),
        (error) => note(id, { error: errorText(error) }),
      );
    }
  };
  const isStarted = outcomes.size > 0;
  const isEnded = outcomes.size === rows.length && ![...outcomes.values()].includes('running');
  return { outcomes, run, isStarted, isEnded };
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
