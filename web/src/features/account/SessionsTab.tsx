// Where I am signed in.
import { Button, Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { SessionTable } from '../people/SessionTable';
import { useEndOtherSessions, useEndSession, useSessions } from './hooks';

export function SessionsTab() {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const sessions = useSessions();
  const end = useEndSession();
  const endOthers = useEndOtherSessions();
  const others = sessions.data?.filter(({ current }) => !current).length ?? 0;
  const run = () =>
    endOthers.mutate(undefined, {
      onSuccess: () => toast({ variant: 'success', title: t('sessions.othersEnded') }),
      onError: (error) =>
        toast({ variant: 'danger', title: t('sessions.endFailed'), text: errorText(error) }),
    });
  return (
    <>
      <div className="ou-bar">
        <Content component="p">{t('sessions.lead')}</Content>
        {others > 0 && (
          <Button variant="secondary" isLoading={endOthers.isPending} onClick={run}>
            {t('sessions.endOthers')}
          </Button>
        )}
      </div>
      <SessionTable query={sessions} end={end} />
    </>
  );
}
