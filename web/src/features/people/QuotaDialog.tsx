// Sets the limits of a user or group; an empty field is no limit.
import type { UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Allowance, Quota } from '@/api/types';
import { toAmounts, toTexts } from '@/lib/amounts';
import { Dialog } from '@/ui/Dialog';
import { otherError, useErrorText } from '../errors';
import { amount } from '../users/QuotaBars';
import { QUOTA_FIELDS, QuotaFields } from './QuotaFields';

interface Props {
  name: string;
  of: Allowance;
  put: UseMutationResult<unknown, Error, Quota>;
  onClose: () => void;
}

export function QuotaDialog({ name, of, put, onClose }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [texts, setTexts] = useState(() => toTexts(of.quota));
  const quota = toAmounts(texts);
  return (
    <Dialog
      title={t('users.quotaTitle', { name })}
      description={t('users.quotaText')}
      size="medium"
      confirm={t('app.save')}
      cancel={t('app.cancel')}
      isBusy={put.isPending}
      isBlocked={!quota}
      error={otherError(put.error, errorText, QUOTA_FIELDS)}
      onConfirm={() => quota && put.mutate(quota, { onSuccess: onClose })}
      onClose={onClose}
    >
      <QuotaFields
        texts={texts}
        onChange={setTexts}
        error={put.error}
        placeholder={t('quota.none')}
        help={(dimension) => t('users.used', { used: amount(dimension, of.usage[dimension]) })}
      />
    </Dialog>
  );
}
