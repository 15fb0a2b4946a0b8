// The ways in: as whom the web server in front knows, or with a name and a password.
import { Button, Card, CardBody, Divider, Form, Title } from '@patternfly/react-core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useSearchParams } from 'react-router';
import { singleSignOnPage } from '@/api/session';
import type { SignInOptions } from '@/api/types';
import { ownPath } from '@/lib/next';
import { SkeletonLines } from '@/ui/Feedback';
import { TextField } from '@/ui/Field';
import { Logo } from '@/ui/Logo';
import { ErrorNotice, Notice } from '@/ui/Notice';
import { useErrorText } from '../errors';
import { useSession, useSignIn, useSignInOptions } from './hooks';
import { leftWith } from './left';

export function SignInPage() {
  const { t } = useTranslation();
  const session = useSession();
  const options = useSignInOptions();
  const [parameters] = useSearchParams();
  const next = ownPath(parameters.get('next'));
  const byItself =
    !session.isPending &&
    !session.data &&
    Boolean(options.data?.single_sign_on.available) &&
    leftWith() === null &&
    parameters.get('by') !== 'hand';
  useEffect(() => {
    if (byItself) location.replace(singleSignOnPage(next));
  }, [byItself, next]);
  if (session.data) return <Navigate to={next} replace />;
  return (
    <SignInCard>
      {options.isPending || byItself ? (
        <SkeletonLines lines={4} label={t('app.loading')} />
      ) : (
        <Ways options={options.data} next={next} />
      )}
    </SignInCard>
  );
}

export function SignInCard({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${t('session.signIn')} · ${t('app.name')}`;
  }, [t]);
  return (
    <main className="ou-signin">
      <Card className="ou-signin__card">
        <CardBody>
          <div className="ou-signin__brand">
            <Logo />
            <Title headingLevel="h1" size="2xl">
              {t('app.name')}
            </Title>
          </div>
          <p className="ou-muted">{t('session.lead')}</p>
          {children}
        </CardBody>
      </Card>
    </main>
  );
}

/** Without an answer of the server there still is the way that every portal has. */
function Ways({ options, next }: { options: SignInOptions | undefined; next: string }) {
  const { t } = useTranslation();
  const single = options?.single_sign_on.available ? options.single_sign_on : null;
  const byPassword = options?.password ?? true;
  return (
    <div className="ou-signin__ways">
      <LeftNote outside={options?.sign_out_url ?? null} />
      {single && (
        <Button isBlock component="a" href={singleSignOnPage(next)}>
          {single.user ? t('session.signInAs', { name: single.user }) : t('session.single')}
        </Button>
      )}
      {single && byPassword && <Divider />}
      {byPassword && <SignInForm isSecond={single !== null} />}
      {!single && !byPassword && <Notice isPlain variant="warning" title={t('session.noWay')} />}
    </div>
  );
}

/** Signing out of the portal does not sign out of the web server in front: say so. */
function LeftNote({ outside }: { outside: string | null }) {
  const { t } = useTranslation();
  const note = leftWith();
  if (!note) return null;
  return (
    <Notice variant="info" title={t('session.left')}>
      <p>{note}</p>
      {outside && <a href={outside}>{t('session.leaveOutside')}</a>}
    </Notice>
  );
}

function SignInForm({ isSecond }: { isSecond: boolean }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useSignIn();
  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate({ name: name.trim(), password });
      }}
    >
      <ErrorNotice text={signIn.error && errorText(signIn.error)} />
      <TextField
        id="username"
        label={t('session.name')}
        value={name}
        onChange={setName}
        autoComplete="username"
        isRequired
      />
      <TextField
        id="password"
        label={t('session.password')}
        type="password"
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        isRequired
      />
      <Button
        type="submit"
        variant={isSecond ? 'secondary' : 'primary'}
        isBlock
        isLoading={signIn.isPending}
        isDisabled={signIn.isPending}
      >
        {t('session.signIn')}
      </Button>
    </Form>
  );
}
