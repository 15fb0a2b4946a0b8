// Approves a request, as asked or changed, for ever or until a day.
import { Radio } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Approval, Request } from '@/api/types';
import { isSome, toAmounts, toTexts } from '@/lib/amounts';
import { DateField, dayAfter, endOfDay } from '@/ui/DateField';
import { Dialog } from '@/ui/Dialog';
import { Field } from '@/ui/Field';
import { TextAreaField } from '@/ui/TextArea';
import { fieldError, otherError, useErrorText } from '../errors';
import { QUOTA_FIELDS, QuotaFields } from '../people/QuotaFields';
import { useApprove } from './hooks';
import { useWanted } from './words';

const USUAL_DAYS = 30;

interface Props {
  request: Request;
  onClose: () => void;
}

export function ApproveDialog({ request, onClose }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const wanted = useWanted();
  const [answer, setAnswer] = useState('');
  const [texts, setTexts] = useState(() => toTexts(request.quota));
  const [isLoan, setLoan] = useState(false);
  const [day, setDay] = useState(() => dayAfter(USUAL_DAYS));
  const approve = useApprove(request.id);
  const { error } = approve;
  const isQuota = request.kind === 'quota';
  const quota = toAmounts(texts);
  const expires = isLoan ? endOfDay(day) : undefined;
  const isBlocked = isQuota && (!quota || !isSome(quota) || (isLoan && !expires));
  const body: Approval = {
    ...(answer.trim() && { answer: answer.trim() }),
    ...(isQuota && quota && { quota }),
    ...(isQuota && expires && { expires_at: expires }),
  };
  return (
    <Dialog
      title={t('requests.approveTitle', { name: request.requester })}
      description={wanted(request)}
      size={isQuota ? 'medium' : 'small'}
      confirm={t('requests.approve')}
      cancel={t('app.cancel')}
      isBusy={approve.isPending}
      isBlocked={isBlocked}
      error={otherError(error, errorText, [...QUOTA_FIELDS, 'expires_at', 'answer'])}
      onConfirm={() => approve.mutate(body, { onSuccess: onClose })}
      onClose={onClose}
    >
      <blockquote className="ou-quote">{request.reason}</blockquote>
      {isQuota && (
        <>
          <QuotaFields
            texts={texts}
            onChange={setTexts}
            error={error}
            placeholder={t('quota.nothing')}
          />
          <HowLong isLoan={isLoan} onChange={setLoan} />
        </>
      )}
      {isQuota && isLoan && (
        <DateField
          id="approve-until"
          label={t('loans.lastDay')}
          value={day}
          onChange={setDay}
          error={fieldError(error, 'expires_at')}
        />
      )}
      <TextAreaField
        id="answer"
        label={t('requests.answer')}
        value={answer}
        onChange={setAnswer}
        error={fieldError(error, 'answer')}
      />
    </Dialog>
  );
}

function HowLong({ isLoan, onChange }: { isLoan: boolean; onChange: (isLoan: boolean) => void }) {
  const { t } = useTranslation();
  return (
    <Field id="how-long" label={t('requests.howLong')}>
      <div className="ou-choices" role="radiogroup" aria-label={t('requests.howLong')}>
        <Radio
          id="for-ever"
          name="how-long"
          label={t('requests.forEver')}
          description={t('requests.forEverHelp')}
          isChecked={!isLoan}
          onChange={() => onChange(false)}
        />
        <Radio
          id="for-a-while"
          name="how-long"
          label={t('requests.forAWhile')}
          description={t('requests.forAWhileHelp')}
          isChecked={isLoan}
          onChange={() => onChange(true)}
        />
      </div>
    </Field>
  );
}
