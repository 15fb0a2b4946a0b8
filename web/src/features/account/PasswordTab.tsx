// Changing my own password, which ends my sessions.
import { Button, Form } from '@patternfly/react-core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '@/ui/Feedback';
import { TextField } from '@/ui/Field';
import { KeyIcon } from '@patternfly/react-icons';
import { ErrorNotice, Notice } from '@/ui/Notice';
import { fieldError, otherError, useErrorText } from '../errors';
import { useMe, useSignedIn, useSignOut } from '../session/hooks';
import { useChangeUser } from '../users/hooks';

export function PasswordTab() {
  const { t } = useTranslation();
  const { data } = useMe();
  if (data?.source === 'proxy') {
    return (
      <Empty icon={KeyIcon} title={t('password.elsewhere')}>
        {t('password.elsewhereHelp')}
      </Empty>
    );
  }
  return <PasswordForm />;
}

function PasswordForm() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { user } = useSignedIn();
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const change = useChangeUser(user);
  const signOut = useSignOut();
  const differs = again !== '' && again !== password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!password || again !== password) return;
    change.mutate({ password }, { onSuccess: () => signOut.mutate() });
  };
  const error = otherError(change.error, errorText, ['password']);
  return (
    <Form className="ou-form" onSubmit={submit}>
      <Notice isPlain variant="info" title={t('password.lead')} />
      <ErrorNotice text={error} />
      <input type="hidden" autoComplete="username" value={user} readOnly />
      <TextField
        id="password"
        label={t('users.newPassword')}
        type="password"
        autoComplete="new-password"
        isRequired
        value={password}
        onChange={setPassword}
        error={fieldError(change.error, 'password')}
      />
      <TextField
        id="password-again"
        label={t('password.again')}
        type="password"
        autoComplete="new-password"
        isRequired
        value={again}
        onChange={setAgain}
        error={differs ? t('password.differs') : null}
      />
      <div>
        <Button
          type="submit"
          isLoading={change.isPending}
          isDisabled={change.isPending || !password || again !== password}
        >
          {t('password.change')}
        </Button>
      </div>
    </Form>
  );
}
