// One group: its header with the actions, and its tabs.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useOutletContext, useParams } from 'react-router';
import type { Group } from '@/api/types';
import { Menu, ReasonItem } from '@/ui/Actions';
import { TabbedPage, WhenLoaded } from '../people/TabbedPage';
import { useOffers, useRefusal, useRole } from '../session/hooks';
import { type GroupDialog, GroupDialogs } from './GroupDialogs';
import { useGroup } from './hooks';

interface TabContext {
  group: Group;
  open: (dialog: GroupDialog) => void;
}

/** What every tab is given. */
export const useTabGroup = () => useOutletContext<TabContext>();

export function GroupPage() {
  const { t } = useTranslation();
  const { name = '' } = useParams();
  const isStaff = useRole('staff');
  const onward = isStaff
    ? { to: '/groups', label: t('pages.groups') }
    : { to: '/account', label: t('account.title') };
  return (
    <WhenLoaded
      query={useGroup(name)}
      gone={t('groups.gone', { name })}
      goneHelp={t('groups.goneHelp')}
      onward={onward}
    >
      {(group) => <Loaded key={name} group={group} />}
    </WhenLoaded>
  );
}

function Loaded({ group }: { group: Group }) {
  const { t } = useTranslation();
  const isStaff = useRole('staff');
  const [dialog, setDialog] = useState<GroupDialog | null>(null);
  const at = `/groups/${encodeURIComponent(group.name)}`;
  const tabs = [
    { to: at, text: t('groups.members'), isIndex: true },
    { to: `${at}/access`, text: t('tabs.access') },
    { to: `${at}/machines`, text: t('groups.machines') },
    ...(isStaff ? [{ to: `${at}/activity`, text: t('tabs.activity') }] : []),
  ];
  return (
    <>
      <TabbedPage
        header={{
          title: group.name,
          subtitle: group.description || t('groups.subtitle', { count: group.users }),
          crumbs: isStaff ? [{ label: t('pages.groups'), to: '/groups' }] : undefined,
          actions: isStaff && <GroupMenu group={group} onOpen={setDialog} />,
        }}
        tabs={{ label: t('groups.parts'), tabs }}
        context={{ group, open: setDialog } satisfies TabContext}
      />
      {dialog && <GroupDialogs kind={dialog} group={group} onClose={() => setDialog(null)} />}
    </>
  );
}

interface MenuProps {
  group: Group;
  onOpen: (dialog: GroupDialog) => void;
}

function GroupMenu({ group, onOpen }: MenuProps) {
  const { t } = useTranslation();
  const offersLoans = useOffers('loans');
  const reason = useRefusal('manage', 'groups');
  return (
    <Menu label={t('instances.actionsOf', { name: group.name })} text={t('instances.actions')}>
      <ReasonItem reason={reason} onClick={() => onOpen('quota')}>
        {t('users.editQuota')}
      </ReasonItem>
      {offersLoans && (
        <ReasonItem reason={reason} onClick={() => onOpen('lend')}>
          {t('loans.lendMenu')}
        </ReasonItem>
      )}
      <ReasonItem reason={reason} onClick={() => onOpen('edit')}>
        {t('groups.edit')}
      </ReasonItem>
      <ReasonItem isDanger reason={reason} onClick={() => onOpen('delete')}>
        {t('groups.delete')}
      </ReasonItem>
    </Menu>
  );
}
