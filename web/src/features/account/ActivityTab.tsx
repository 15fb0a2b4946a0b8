// What the log says of me.
import { Content } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { AuditTable } from '../activity/AuditTable';
import { useSignedIn } from '../session/hooks';
import { useUserActivity } from '../users/hooks';

export function ActivityTab() {
  const { t } = useTranslation();
  const { user } = useSignedIn();
  return (
    <>
      <Content component="p">{t('account.activityLead')}</Content>
      <AuditTable query={useUserActivity(user)} />
    </>
  );
}
