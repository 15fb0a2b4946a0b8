// Asks for more quota, for oneself or a group.
import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { isSome, toAmounts, toTexts } from '@/lib/amounts';
import { groupHolder, userHolder } from '@/lib/holder';
import { Dialog } from '@/ui/Dialog';
import { Field } from '@/ui/Field';
import { TextAreaField } from '@/ui/TextArea';
import { useToast } from '@/ui/Toasts';
import { fieldError, otherError, useErrorText } from '../errors';
import { QUOTA_FIELDS, QuotaFields } from '../people/QuotaFields';
import { useMe, useSignedIn } from '../session/hooks';
import { useAsk } from './hooks';

interface Props {
  group?: string;
  onClose: () => void;
}

export function QuotaRequestDialog({ group, onClose }: Props) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const { user } = useSignedIn();
  const [holder, setHolder] = useState(group ? groupHolder(group) : userHolder(user));
  const [texts, setTexts] = useState(() => toTexts(null));
  const [reason, setReason] = useState('');
  const ask = useAsk();
  const { error } = ask;
  const quota = toAmounts(texts);
  const done = () => {
    toast({ variant: 'success', title: t('requests.sent'), text: t('requests.sentHelp') });
    onClose();
  };
  const run = () =>
    quota &&
    ask.mutate({ kind: 'quota', holder, reason: reason.trim(), quota }, { onSuccess: done });
  return (
    <Dialog
      title={t('requests.askQuota')}
      description={t('requests.askQuotaText')}
      size="medium"
      confirm={t('requests.ask')}
      cancel={t('app.cancel')}
      isBusy={ask.isPending}
      isBlocked={!quota || !isSome(quota) || !reason.trim()}
      error={otherError(error, errorText, [...QUOTA_FIELDS, 'reason', 'holder'])}
      onConfirm={run}
      onClose={onClose}
    >
      <ForWhom holder={holder} onChange={setHolder} error={fieldError(error, 'holder')} />
      <QuotaFields
        texts={texts}
        onChange={setTexts}
        error={error}
        placeholder={t('quota.nothing')}
      />
      <ReasonField value={reason} onChange={setReason} error={fieldError(error, 'reason')} />
    </Dialog>
  );
}

interface ReasonProps {
  value: string;
  onChange: (value: string) => void;
  error: string | null;
}

export function ReasonField({ value, onChange, error }: ReasonProps) {
  const { t } = useTranslation();
  return (
    <TextAreaField
      id="request-reason"
      label={t('requests.reason')}
      help={t('requests.reasonHelp')}
      isRequired
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}

interface ForWhomProps {
  holder: string;
  onChange: (holder: string) => void;
  error: string | null;
}

/** Only asked of those who are in a group. */
function ForWhom({ holder, onChange, error }: ForWhomProps) {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  const { data } = useMe();
  const groups = data?.groups ?? [];
  if (groups.length === 0) return null;
  return (
    <Field id="request-holder" label={t('requests.for')} error={error}>
      <FormSelect id="request-holder" value={holder} onChange={(_, value) => onChange(value)}>
        <FormSelectOption value={userHolder(user)} label={t('requests.forMe')} />
        {groups.map((name) => (
          <FormSelectOption
            key={name}
            value={groupHolder(name)}
            label={t('requests.forGroup', { name })}
          />
        ))}
      </FormSelect>
    </Field>
  );
}
