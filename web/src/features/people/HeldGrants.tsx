// What a user or group may do on which machines: by a grant of their own, or through a group.
import { Content } from '@patternfly/react-core';
import { LockIcon, PlusCircleIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { HeldGrant, Holder } from '@/api/types';
import { holderName } from '@/lib/holder';
import { ReasonButton } from '@/ui/Actions';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty, Failure } from '@/ui/Feedback';
import { useErrorText } from '../errors';
import { useRefusal } from '../session/hooks';
import { GiveDialog } from './GiveDialog';
import { HolderLink } from './HolderLink';
import { useHeldGrants, usePutGrants } from './hooks';
import { useRightColumns } from './RightColumns';

export function HeldGrants({ holder }: { holder: Holder }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const { data, error } = useHeldGrants(holder);
  const [isGiving, setGiving] = useState(false);
  const reason = useRefusal('manage', 'groups');
  const columns = useColumns(holder, reason);
  const give = (
    <ReasonButton
      reason={reason}
      variant="secondary"
      icon={<PlusCircleIcon />}
      onClick={() => setGiving(true)}
    >
      {t('access.giveSeveral')}
    </ReasonButton>
  );
  if (error && !data) return <Failure title={t('error.load')} text={errorText(error)} />;
  return (
    <>
      {data?.length !== 0 && (
        <div className="ou-bar">
          <Content component="p">{t('access.heldLead', { name: holderName(holder) })}</Content>
          {give}
        </div>
      )}
      <DataTable
        label={t('tabs.access')}
        columns={columns}
        rows={data}
        rowKey={({ instance, grantee }) => `${instance} ${grantee}`}
        empty={
          <Empty icon={LockIcon} title={t('access.heldNone')} action={give}>
            {t('access.heldNoneHelp', { name: holderName(holder) })}
          </Empty>
        }
      />
      {isGiving && <GiveDialog holder={holder} onClose={() => setGiving(false)} />}
    </>
  );
}

function useColumns(holder: Holder, refused: string | null): Column<HeldGrant>[] {
  const { t } = useTranslation();
  const { mutateAsync } = usePutGrants();
  const rights = useRightColumns<HeldGrant>({
    name: ({ instance, instance_name }) => instance_name ?? instance,
    reason: ({ grantee }) => refused ?? (grantee === holder ? null : t('access.changedThere')),
    put: ({ instance, grantee }, wanted) =>
      mutateAsync({ items: [{ ...wanted, instance, grantee }] }),
    remove: ({ instance, grantee }) =>
      mutateAsync({ items: [{ instance, grantee }], remove: true }),
  });
  return [
    {
      key: 'instance',
      label: t('access.machine'),
      width: 25,
      sort: ({ instance_name }) => instance_name,
      cell: (grant) => <MachineCell grant={grant} holder={holder} />,
    },
    ...rights,
  ];
}

function MachineCell({ grant, holder }: { grant: HeldGrant; holder: Holder }) {
  const { t } = useTranslation();
  const { instance, instance_name, is_template, grantee } = grant;
  return (
    <>
      <Link to={`/instances/${instance}`} className="ou-name">
        {instance_name ?? instance}
      </Link>
      {is_template && <span className="ou-small"> · {t('instances.template')}</span>}
      {grantee !== holder && (
        <div className="ou-small">
          {t('access.through')} <HolderLink holder={grantee} />
        </div>
      )}
    </>
  );
}
