// Who is in a group, with adding and removing, beside its quota.
import { Button, Card, CardBody, CardTitle } from '@patternfly/react-core';
import { TrashIcon, UserPlusIcon, UsersIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Holder } from '@/api/types';
import { groupHolder, holderName, kindOf } from '@/lib/holder';
import { ReasonButton } from '@/ui/Actions';
import { type Column, DataTable } from '@/ui/DataTable';
import { Dialog } from '@/ui/Dialog';
import { Empty } from '@/ui/Feedback';
import { useToast } from '@/ui/Toasts';
import { fieldError, otherError, useErrorText } from '../errors';
import { chosen, HolderField } from '../people/HolderField';
import { HolderLink } from '../people/HolderLink';
import { LoansCard, QuotaCard } from '../people/QuotaCard';
import { QuotaRequestDialog } from '../requests/QuotaRequestDialog';
import { useOffers, useRefusal, useRole } from '../session/hooks';
import { useAddMember, useRemoveMember } from './hooks';
import { useTabGroup } from './GroupPage';

export function MembersTab() {
  const { group } = useTabGroup();
  const reason = useRefusal('manage', 'groups');
  return (
    <div className="ou-grid">
      <div className="ou-grid__main">
        <MembersCard />
        <LoansCard holder={groupHolder(group.name)} canEnd={reason === null} />
      </div>
      <div className="ou-grid__side">
        <GroupQuota />
      </div>
    </div>
  );
}

function GroupQuota() {
  const { t } = useTranslation();
  const { group, open } = useTabGroup();
  const isStaff = useRole('staff');
  const reason = useRefusal('manage', 'groups');
  const offersLoans = useOffers('loans');
  const offersRequests = useOffers('requests');
  const [isAsking, setAsking] = useState(false);
  const actions = isStaff ? (
    <>
      <ReasonButton variant="secondary" reason={reason} onClick={() => open('quota')}>
        {t('quota.edit')}
      </ReasonButton>
      {offersLoans && (
        <ReasonButton variant="secondary" reason={reason} onClick={() => open('lend')}>
          {t('loans.lendMenu')}
        </ReasonButton>
      )}
    </>
  ) : (
    offersRequests && (
      <Button variant="secondary" onClick={() => setAsking(true)}>
        {t('requests.askQuota')}
      </Button>
    )
  );
  return (
    <>
      <QuotaCard of={group} actions={actions} />
      {isAsking && <QuotaRequestDialog group={group.name} onClose={() => setAsking(false)} />}
    </>
  );
}

function MembersCard() {
  const { t } = useTranslation();
  const { group } = useTabGroup();
  const isStaff = useRole('staff');
  const reason = useRefusal('manage', 'groups');
  const [isAdding, setAdding] = useState(false);
  const add = isStaff && (
    <ReasonButton
      variant="secondary"
      size="sm"
      reason={reason}
      icon={<UserPlusIcon />}
      onClick={() => setAdding(true)}
    >
      {t('groups.addMember')}
    </ReasonButton>
  );
  return (
    <Card isCompact>
      <CardTitle component="h2">
        <div className="ou-card__head">
          <span>{t('groups.members')}</span>
          {group.members.length > 0 && add}
        </div>
      </CardTitle>
      <CardBody>
        <DataTable
          label={t('groups.members')}
          columns={useColumns(reason === null)}
          rows={group.members}
          rowKey={(member) => member}
          empty={
            <Empty icon={UsersIcon} title={t('groups.noMembers')} action={add}>
              {t('groups.noMembersHelp')}
            </Empty>
          }
        />
        <p className="ou-small">{t('groups.usersInAll', { count: group.users })}</p>
      </CardBody>
      {isAdding && <AddMemberDialog onClose={() => setAdding(false)} />}
    </Card>
  );
}

function useColumns(mayManage: boolean): Column<Holder>[] {
  const { t } = useTranslation();
  const remove: Column<Holder> = {
    key: 'remove',
    label: '',
    isAction: true,
    cell: (member) => <RemoveButton member={member} />,
  };
  return [
    {
      key: 'member',
      label: t('groups.member'),
      sort: (member) => holderName(member),
      cell: (member) => <HolderLink holder={member} />,
    },
    {
      key: 'kind',
      label: t('holder.kind'),
      fit: true,
      sort: kindOf,
      cell: (member) => t(`holder.${kindOf(member)}`),
    },
    ...(mayManage ? [remove] : []),
  ];
}

function RemoveButton({ member }: { member: Holder }) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const { group } = useTabGroup();
  const remove = useRemoveMember(group.name);
  return (
    <Button
      variant="plain"
      icon={<TrashIcon />}
      aria-label={t('groups.removeMember', { name: holderName(member) })}
      isDisabled={remove.isPending}
      onClick={() =>
        remove.mutate(member, {
          onError: (error) =>
            toast({ variant: 'danger', title: t('groups.failed'), text: errorText(error) }),
        })
      }
    />
  );
}

function AddMemberDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { group } = useTabGroup();
  const [member, setMember] = useState('user:');
  const add = useAddMember(group.name);
  const holder = chosen(member);
  return (
    <Dialog
      title={t('groups.addMemberTitle', { name: group.name })}
      description={t('groups.addMemberText')}
      confirm={t('groups.addMember')}
      cancel={t('app.cancel')}
      isBusy={add.isPending}
      isBlocked={!holder}
      error={otherError(add.error, errorText, ['member'])}
      onConfirm={() => holder && add.mutate(holder, { onSuccess: onClose })}
      onClose={onClose}
    >
      <HolderField
        id="member"
        label={t('groups.member')}
        isRequired
        value={member}
        onChange={setMember}
        without={[...group.members, groupHolder(group.name)]}
        error={fieldError(add.error, 'member')}
      />
    </Dialog>
  );
}
