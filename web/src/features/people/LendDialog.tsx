// Lends a user or group more quota until a day.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Holder } from '@/api/types';
import { isSome, toAmounts, toTexts } from '@/lib/amounts';
import { holderName } from '@/lib/holder';
import { DateField, dayAfter, endOfDay } from '@/ui/DateField';
import { Dialog } from '@/ui/Dialog';
import { TextAreaField } from '@/ui/TextArea';
import { fieldError, otherError, useErrorText } from '../errors';
import { useLend } from './hooks';
import { QUOTA_FIELDS, QuotaFields } from './QuotaFields';

const USUAL_DAYS = 30;

export function LendDialog({ holder, onClose }: { holder: Holder; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [texts, setTexts] = useState(() => toTexts(null));
  const [reason, setReason] = useState('');
  const [day, setDay] = useState(() => dayAfter(USUAL_DAYS));
  const lend = useLend(holder);
  const { error } = lend;
  const amounts = toAmounts(texts);
  const expires = endOfDay(day);
  const run = () =>
    amounts &&
    expires &&
    lend.mutate({ ...amounts, reason: reason.trim(), expires_at: expires }, { onSuccess: onClose });
  return (
    <Dialog
      title={t('loans.lendTitle', { name: holderName(holder) })}
      description={t('loans.lendText')}
      size="medium"
      confirm={t('loans.lend')}
      cancel={t('app.cancel')}
      isBusy={lend.isPending}
      isBlocked={!amounts || !isSome(amounts) || !expires || !reason.trim()}
      error={otherError(error, errorText, [...QUOTA_FIELDS, 'reason', 'expires_at'])}
      onConfirm={run}
      onClose={onClose}
    >
      <QuotaFields
        texts={texts}
        onChange={setTexts}
        error={error}
        placeholder={t('quota.nothing')}
      />
      <DateField
        id="loan-until"
        label={t('loans.lastDay')}
        value={day}
        onChange={setDay}
        error={fieldError(error, 'expires_at')}
      />
      <TextAreaField
        id="loan-reason"
        label={t('loans.reason')}
        isRequired
        value={reason}
        onChange={setReason}
        error={fieldError(error, 'reason')}
      />
    </Dialog>
  );
}
