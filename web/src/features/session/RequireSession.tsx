// Lets only signed-in people in; everybody else is sent to sign in and comes back afterwards.

import { LockIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Navigate, Outlet, useLocation } from 'react-router';
import type { Role } from '@/api/types';
import { Failure, SkeletonLines } from '@/ui/Feedback';
import { useErrorText } from '../errors';
import { DeadEnd } from '../frame/DeadEnd';
import { useRole, useSession } from './hooks';

export function RequireSession() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const location = useLocation();
  const session = useSession();
  if (session.isPending) {
    return (
      <main className="ou-waiting">
        <SkeletonLines lines={4} label={t('app.loading')} />
      </main>
    );
  }
  if (session.error) {
    return (
      <main className="ou-waiting">
        <Failure
          title={t('error.noServer')}
          text={errorText(session.error)}
          retryLabel={t('app.retry')}
          onRetry={() => void session.refetch()}
        />
      </main>
    );
  }
  if (session.data) return <Outlet />;
  const here = location.pathname + location.search;
  return (
    <Navigate to={`/sign-in${here === '/' ? '' : `?next=${encodeURIComponent(here)}`}`} replace />
  );
}

export function RequireRole({ wanted }: { wanted: Role }) {
  const { t } = useTranslation();
  if (useRole(wanted)) return <Outlet />;
  return (
    <DeadEnd
      icon={LockIcon}
      heading={t('error.noAccess')}
      title={t('error.forbidden')}
      text={t(`error.needs.${wanted}`)}
      onward={{ to: '/', label: t('error.home') }}
    />
  );
}
