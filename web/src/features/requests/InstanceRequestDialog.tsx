// Asks for the machine that the form describes and the quota does not allow.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { NewInstance } from '@/api/types';
import { holderOf } from '@/lib/holder';
import { Dialog } from '@/ui/Dialog';
import { useToast } from '@/ui/Toasts';
import { fieldError, otherError, useErrorText } from '../errors';
import { useAsk } from './hooks';
import { ReasonField } from './QuotaRequestDialog';

interface Props {
  instance: NewInstance;
  onClose: () => void;
}

export function InstanceRequestDialog({ instance, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const [reason, setReason] = useState('');
  const ask = useAsk();
  const holder = instance.owner ? { holder: holderOf(instance.owner) } : {};
  const done = () => {
    toast({ variant: 'success', title: t('requests.sent'), text: t('requests.sentHelp') });
    navigate('/requests');
  };
  return (
    <Dialog
      title={t('requests.askInstance')}
      description={t('requests.askInstanceText')}
      confirm={t('requests.ask')}
      cancel={t('app.cancel')}
      isBusy={ask.isPending}
      isBlocked={!reason.trim()}
      error={otherError(ask.error, errorText, ['reason'])}
      onConfirm={() =>
        ask.mutate(
          { kind: 'instance', ...holder, reason: reason.trim(), instance },
          { onSuccess: done },
        )
      }
      onClose={onClose}
    >
      <ReasonField value={reason} onChange={setReason} error={fieldError(ask.error, 'reason')} />
    </Dialog>
  );
}
