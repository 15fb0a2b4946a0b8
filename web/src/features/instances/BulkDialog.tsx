// Confirms an action on several instances, runs it one after the other, shows each result.
import { Button, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { TextField } from '@/ui/Field';
import { BulkList, useBulk } from './bulk';
import { useDeleteInstance, useVerb } from './hooks';

export type BulkVerb = 'start' | 'shutdown' | 'delete';

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
  const { mutateAsync: runVerb } = useVerb();
  const { mutateAsync: remove } = useDeleteInstance();
  const { outcomes, run, isStarted, isEnded } = useBulk(rows, ({ id }) =>
    verb === 'delete' ? remove(id) : runVerb({ id, verb }),
  );
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
        <BulkList rows={rows} outcomes={outcomes} />
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
