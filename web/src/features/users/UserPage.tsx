// One account: its header with the actions, and its tabs.
import { Label } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext, useParams } from 'react-router';
import type { User } from '@/api/types';
import { TabbedPage, WhenLoaded } from '../people/TabbedPage';
import { useUser } from './hooks';
import { type UserDialog, UserDialogs } from './UserDialogs';
import { UserMenu } from './UserMenu';

interface TabContext {
  user: User;
  open: (dialog: UserDialog) => void;
}

/** What every tab is given. */
export const useTabUser = () => useOutletContext<TabContext>();

export function UserPage() {
  const { t } = useTranslation();
  const { name = '' } = useParams();
  return (
    <WhenLoaded
      query={useUser(name)}
      gone={t('users.gone', { name })}
      goneHelp={t('users.goneHelp')}
      onward={{ to: '/users', label: t('pages.users') }}
    >
      {(user) => <Loaded key={name} user={user} />}
    </WhenLoaded>
  );
}

const TABS = ['overview', 'access', 'groups', 'signIn', 'activity'] as const;

const PATHS: Record<(typeof TABS)[number], string> = {
  overview: '',
  access: '/access',
  groups: '/groups',
  signIn: '/sign-in',
  activity: '/activity',
};

function Loaded({ user }: { user: User }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<UserDialog | null>(null);
  const tabs = TABS.map((tab) => ({
    to: `/users/${encodeURIComponent(user.name)}${PATHS[tab]}`,
    text: t(`users.tabs.${tab}`),
    isIndex: tab === 'overview',
  }));
  const subtitle = [user.full_name, t(`role.${user.role}`), user.email];
  return (
    <>
      <TabbedPage
        header={{
          title: user.name,
          badge: user.read_only && <Label isCompact>{t('users.auditor')}</Label>,
          subtitle: subtitle.filter(Boolean).join(' · '),
          crumbs: [{ label: t('pages.users'), to: '/users' }],
          actions: <UserMenu user={user} onOpen={setDialog} withText />,
        }}
        tabs={{ label: t('users.parts'), tabs }}
        context={{ user, open: setDialog } satisfies TabContext}
      />
      {dialog && <UserDialogs dialog={dialog} onClose={() => setDialog(null)} />}
    </>
  );
}
