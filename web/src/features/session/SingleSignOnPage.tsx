// The page that the web server in front lets only known people see: it gets their session and goes on.
import { Button } from '@patternfly/react-core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Navigate, useSearchParams } from 'react-router';
import { ownPath } from '@/lib/next';
import { SkeletonLines } from '@/ui/Feedback';
import { Notice } from '@/ui/Notice';
import { useErrorText } from '../errors';
import { useSession, useSingleSignOn } from './hooks';
import { SignInCard } from './SignInPage';

export function SingleSignOnPage() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const session = useSession();
  const { mutate, error } = useSingleSignOn();
  const [parameters] = useSearchParams();
  const next = ownPath(parameters.get('next'));
  const asked = useRef(false);
  const isNobody = !session.isPending && !session.data;
  useEffect(() => {
    if (!isNobody || asked.current) return;
    asked.current = true;
    mutate();
  }, [isNobody, mutate]);
  if (session.data) return <Navigate to={next} replace />;
  const back = `/sign-in?by=hand&next=${encodeURIComponent(next)}`;
  return (
    <SignInCard>
      {error ? (
        <div className="ou-signin__ways">
          <Notice isLive variant="danger" title={t('session.singleFailed')}>
            {errorText(error)}
          </Notice>
          <Button isBlock variant="secondary" component={(props) => <Link {...props} to={back} />}>
            {t('session.otherWay')}
          </Button>
        </div>
      ) : (
        <SkeletonLines lines={4} label={t('app.loading')} />
      )}
    </SignInCard>
  );
}
