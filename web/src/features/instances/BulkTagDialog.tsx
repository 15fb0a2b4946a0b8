// Gives several instances tags, and takes others away.
import { Button, Form, Modal, ModalBody, ModalFooter, ModalHeader } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { changedTags, sameTags } from '@/lib/tags';
import { BulkList, useBulk } from './bulk';
import { useTagInstance } from './hooks';
import { InstanceTags } from './InstanceTags';

interface Props {
  rows: InstanceRow[];
  onClose: () => void;
  onDone: () => void;
}

export function BulkTagDialog({ rows: current, onClose, onDone }: Props) {
  const { t } = useTranslation();
  const [rows] = useState(current);
  const [added, setAdded] = useState<string[]>([]);
  const [removed, setRemoved] = useState<string[]>([]);
  const { mutateAsync: tag } = useTagInstance();
  const { outcomes, run, isStarted, isEnded } = useBulk(rows, async ({ id, tags }) => {
    const wanted = changedTags(tags, added, removed);
    return sameTags(wanted, tags) ? null : tag({ id, tags: wanted });
  });
  const close = isStarted ? onDone : onClose;
  const isBlocked = added.length + removed.length === 0;
  return (
    <Modal isOpen variant="small" onClose={close} aria-labelledby="bulk-title">
      <ModalHeader title={t('tags.several', { count: rows.length })} labelId="bulk-title" />
      <ModalBody>
        {!isStarted && (
          <Form onSubmit={(event) => event.preventDefault()}>
            <InstanceTags
              id="tags-added"
              label={t('tags.added')}
              tags={added}
              onChange={setAdded}
            />
            <InstanceTags
              id="tags-removed"
              label={t('tags.removed')}
              help={t('tags.removedHelp')}
              tags={removed}
              onChange={setRemoved}
            />
          </Form>
        )}
        <BulkList rows={rows} outcomes={outcomes} />
      </ModalBody>
      <ModalFooter>
        {!isEnded && (
          <Button
            isDisabled={isBlocked || isStarted}
            isLoading={isStarted}
            onClick={() => void run()}
          >
            {t('app.save')}
          </Button>
        )}
        <Button variant="link" onClick={close}>
          {isEnded ? t('app.close') : t('app.cancel')}
        </Button>
      </ModalFooter>
    </Modal>
  );
}
