// Refuses a request with an answer.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Request } from '@/api/types';
import { Dialog } from '@/ui/Dialog';
import { TextAreaField } from '@/ui/TextArea';
import { fieldError, otherError, useErrorText } from '../errors';
import { useRefuse } from './hooks';
import { useWanted } from './words';

export function RefuseDialog({ request, onClose }: { request: Request; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [answer, setAnswer] = useState('');
  const wanted = useWanted();
  const refuse = useRefuse(request.id);
  return (
    <Dialog
      title={t('requests.refuseTitle', { name: request.requester })}
      description={wanted(request)}
      confirm={t('requests.refuse')}
      cancel={t('app.cancel')}
      variant="danger"
      isBusy={refuse.isPending}
      isBlocked={!answer.trim()}
      error={otherError(refuse.error, errorText, ['answer'])}
      onConfirm={() => refuse.mutate(answer.trim(), { onSuccess: onClose })}
      onClose={onClose}
    >
      <blockquote className="ou-quote">{request.reason}</blockquote>
      <TextAreaField
        id="answer"
        label={t('requests.answer')}
        help={t('requests.answerHelp')}
        isRequired
        value={answer}
        onChange={setAnswer}
        error={fieldError(refuse.error, 'answer')}
      />
    </Dialog>
  );
}
