// Whose an instance is, who else may do what with it, and what somebody's rights come to.
import { Content, Title } from '@patternfly/react-core';
import { LockIcon, UserPlusIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Grant } from '@/api/types';
import { holderName, holderOf } from '@/lib/holder';
import { ReasonButton } from '@/ui/Actions';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Feedback';
import { HolderLink } from '../people/HolderLink';
import { useRightColumns } from '../people/RightColumns';
import { QueryFailure } from '../QueryFailure';
import { useRole } from '../session/hooks';
import { refusal } from './actions';
import { EffectiveRights } from './EffectiveRights';
import { GrantDialog } from './GrantDialog';
import { useDeleteGrant, useGrants, usePutGrant } from './hooks';
import { useTabInstance } from './InstancePage';
import { OwnerDialog } from './OwnerDialog';

export function AccessTab() {
  const { t } = useTranslation();
  const instance = useTabInstance();
  const isStaff = useRole('staff');
  const mayLook = isStaff || refusal(instance, 'grant', t('error.notAllowed')) === null;
  return (
    <>
      <section className="ou-block">
        <Owner />
      </section>
      <section className="ou-block">
        <Title headingLevel="h2" size="lg">
          {t('access.others')}
        </Title>
        <Grants />
      </section>
      {mayLook && (
        <section className="ou-block">
          <Title headingLevel="h2" size="lg">
            {t('access.effective')}
          </Title>
          <EffectiveRights id={instance.id} />
        </section>
      )}
    </>
  );
}

function Owner() {
  const { t } = useTranslation();
  const instance = useTabInstance();
  const [isChanging, setChanging] = useState(false);
  const reason = refusal(instance, 'own', t('error.notAllowed'));
  return (
    <div className="ou-bar">
      <div>
        <Title headingLevel="h2" size="lg">
          {t('facts.owners')}
        </Title>
        {instance.owners.length === 0 && t('instances.noOwner')}
        {instance.owners.map((owner) => (
          <HolderLink key={owner} holder={holderOf(owner)} />
        ))}
      </div>
      <ReasonButton variant="secondary" reason={reason} onClick={() => setChanging(true)}>
        {t('owner.change')}
      </ReasonButton>
      {isChanging && <OwnerDialog instance={instance} onClose={() => setChanging(false)} />}
    </div>
  );
}

function Grants() {
  const { t } = useTranslation();
  const instance = useTabInstance();
  const [isAdding, setAdding] = useState(false);
  const reason = refusal(instance, 'grant', t('error.notAllowed'));
  const mayLook = useRole('staff') || reason === null;
  const grants = useGrants(instance.id, mayLook);
  const columns = useColumns(instance.id, reason);
  const add = (
    <ReasonButton
      variant="secondary"
      icon={<UserPlusIcon />}
      reason={reason}
      onClick={() => setAdding(true)}
    >
      {t('access.add')}
    </ReasonButton>
  );
  const empty = (
    <Empty icon={LockIcon} title={t('access.none')} action={add}>
      {t('access.noneHelp')}
    </Empty>
  );
  if (!mayLook) return <Content component="p">{reason}</Content>;
  if (grants.error && !grants.data) return <QueryFailure query={grants} />;
  return (
    <>
      {grants.data?.length !== 0 && (
        <div className="ou-bar">
          <Content component="p">{t('access.lead')}</Content>
          {add}
        </div>
      )}
      <DataTable
        label={t('tabs.access')}
        columns={columns}
        rows={grants.data}
        rowKey={({ grantee }) => grantee}
        empty={empty}
      />
      {isAdding && <GrantDialog instances={[instance]} onClose={() => setAdding(false)} />}
    </>
  );
}

function useColumns(id: string, refused: string | null): Column<Grant>[] {
  const { t } = useTranslation();
  const { mutateAsync: put } = usePutGrant(id);
  const { mutateAsync: remove } = useDeleteGrant(id);
  const rights = useRightColumns<Grant>({
    name: ({ grantee }) => holderName(grantee),
    reason: () => refused,
    put: ({ grantee }, wanted) => put({ grantee, rights: wanted }),
    remove: ({ grantee }) => remove(grantee),
  });
  return [
    {
      key: 'grantee',
      label: t('access.grantee'),
      width: 20,
      cell: ({ grantee }) => <HolderLink holder={grantee} />,
    },
    ...rights,
  ];
}
