// My own account, in tabs.
import { Label, PageSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Outlet } from 'react-router';
import { PageHeader } from '@/ui/PageHeader';
import { TabNav } from '@/ui/TabNav';
import { useMe, useSignedIn } from '../session/hooks';

const TABS = ['overview', 'password', 'tokens', 'keys', 'sessions', 'activity'] as const;

export function AccountPage() {
  const { t } = useTranslation();
  const { user, role } = useSignedIn();
  const { data } = useMe();
  const tabs = TABS.map((tab) => ({
    to: tab === 'overview' ? '/account' : `/account/${tab}`,
    text: t(`account.${tab}`),
    isIndex: tab === 'overview',
  }));
  const name = data?.full_name ? `${data.full_name} (${user})` : user;
  return (
    <>
      <PageHeader
        title={t('account.title')}
        subtitle={`${name} · ${t(`role.${role}`)}`}
        badge={data?.read_only && <Label isCompact>{t('users.auditor')}</Label>}
      />
      <TabNav label={t('account.parts')} tabs={tabs} />
      <PageSection isFilled className="ou-tab">
        <Outlet />
      </PageSection>
    </>
  );
}
