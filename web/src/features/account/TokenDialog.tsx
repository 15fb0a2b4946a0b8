// Makes a token, and shows it this once.
import {
  Button,
  Checkbox,
  ClipboardCopy,
  ClipboardCopyVariant,
  Modal,
  ModalBody,
  ModalFooter,
  ModalHeader,
} from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { mePath } from '@/api/account';
import type { MadeToken } from '@/api/types';
import { shellQuote } from '@/lib/curl';
import { DateField, dayAfter, endOfDay } from '@/ui/DateField';
import { Dialog } from '@/ui/Dialog';
import { TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { fieldError, otherError, useErrorText } from '../errors';
import { InstancePicks } from '../people/GiveDialog';
import { useMakeToken } from './hooks';

const USUAL_DAYS = 90;

export function TokenDialog({ onClose }: { onClose: () => void }) {
  const make = useMakeToken();
  if (make.data) return <MadeDialog made={make.data} onClose={onClose} />;
  return <MakeDialog make={make} onClose={onClose} />;
}

interface MakeProps {
  make: ReturnType<typeof useMakeToken>;
  onClose: () => void;
}

function MakeDialog({ make, onClose }: MakeProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [name, setName] = useState('');
  const [day, setDay] = useState(() => dayAfter(USUAL_DAYS));
  const [readOnly, setReadOnly] = useState(false);
  const [isNarrow, setNarrow] = useState(false);
  const [ids, setIds] = useState<string[]>([]);
  const { error } = make;
  const expires = endOfDay(day);
  const run = () =>
    expires &&
    make.mutate({
      name: name.trim(),
      expires_at: expires,
      read_only: readOnly,
      instances: isNarrow ? ids : null,
    });
  return (
    <Dialog
      title={t('tokens.make')}
      description={t('tokens.makeText')}
      size={isNarrow ? 'medium' : 'small'}
      confirm={t('tokens.makeConfirm')}
      cancel={t('app.cancel')}
      isBusy={make.isPending}
      isBlocked={!name.trim() || !expires || (isNarrow && ids.length === 0)}
      error={otherError(error, errorText, ['name', 'expires_at'])}
      onConfirm={run}
      onClose={onClose}
    >
      <TextField
        id="token-name"
        label={t('tokens.name')}
        help={t('tokens.nameHelp')}
        isRequired
        autoComplete="off"
        value={name}
        onChange={setName}
        error={fieldError(error, 'name')}
      />
      <DateField
        id="token-until"
        label={t('tokens.lastDay')}
        help={t('tokens.lastDayHelp')}
        value={day}
        onChange={setDay}
        error={fieldError(error, 'expires_at')}
      />
      <Checkbox
        id="token-read"
        label={t('tokens.readOnly')}
        description={t('tokens.readOnlyHelp')}
        isChecked={readOnly}
        onChange={(_, checked) => setReadOnly(checked)}
      />
      <Checkbox
        id="token-narrow"
        label={t('tokens.narrow')}
        description={t('tokens.narrowHelp')}
        isChecked={isNarrow}
        onChange={(_, checked) => setNarrow(checked)}
      />
      {isNarrow && <InstancePicks chosen={ids} onChange={setIds} />}
    </Dialog>
  );
}

/** Closed by its button alone: a click beside it must not lose what cannot be shown again. */
function MadeDialog({ made, onClose }: { made: MadeToken; onClose: () => void }) {
  const { t } = useTranslation();
  const url = location.origin + mePath();
  const example = `curl -H ${shellQuote(`Authorization: Bearer ${made.token}`)} ${shellQuote(url)}`;
  const copy = { hoverTip: t('app.copy'), clickTip: t('app.copied'), isReadOnly: true };
  return (
    <Modal
      isOpen
      variant="medium"
      aria-labelledby="token-made"
      elementToFocus="#token-value button"
    >
      <ModalHeader title={t('tokens.made', { name: made.name })} labelId="token-made" />
      <ModalBody>
        <div className="ou-stack">
          <Notice isLive variant="warning" title={t('tokens.once')} />
          <ClipboardCopy
            {...copy}
            id="token-value"
            textAriaLabel={t('tokens.token')}
            copyAriaLabel={t('tokens.copy')}
          >
            {made.token}
          </ClipboardCopy>
          <strong>{t('tokens.example')}</strong>
          <ClipboardCopy
            {...copy}
            isCode
            isExpanded
            variant={ClipboardCopyVariant.expansion}
            textAriaLabel={t('tokens.example')}
            copyAriaLabel={t('tokens.copyExample')}
            toggleAriaLabel={t('audit.show')}
          >
            {example}
          </ClipboardCopy>
        </div>
      </ModalBody>
      <ModalFooter>
        <Button onClick={onClose}>{t('tokens.kept')}</Button>
      </ModalFooter>
    </Modal>
  );
}
