// The groups: their members, quota as bars; adding one.
import { PageSection, SearchInput } from '@patternfly/react-core';
import { PlusCircleIcon, SearchIcon, UsersIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { Group } from '@/api/types';
import { DEFINED, type Dimension } from '@/lib/amounts';
import { share } from '@/lib/quota';
import { ReasonButton } from '@/ui/Actions';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Feedback';
import { PageHeader } from '@/ui/PageHeader';
import { useSetParameter } from '@/ui/parameters';
import { QueryFailure } from '../QueryFailure';
import { useRefusal } from '../session/hooks';
import { QuotaCell } from '../users/QuotaCell';
import { AddGroupDialog } from './GroupDialogs';
import { useGroups } from './hooks';

export function GroupsPage() {
  const { t } = useTranslation();
  const groups = useGroups();
  const [isAdding, setAdding] = useState(false);
  const reason = useRefusal('manage', 'groups');
  const add = (
    <ReasonButton reason={reason} icon={<PlusCircleIcon />} onClick={() => setAdding(true)}>
      {t('groups.add')}
    </ReasonButton>
  );
  return (
    <>
      <PageHeader
        title={t('pages.groups')}
        subtitle={
          groups.data ? t('groups.counts', { count: groups.data.length }) : t('app.loading')
        }
        actions={add}
      />
      <PageSection isFilled>
        {groups.error && !groups.data && <QueryFailure query={groups} />}
        {groups.data?.length === 0 && (
          <Empty icon={UsersIcon} title={t('groups.none')} action={add}>
            {t('groups.noneHelp')}
          </Empty>
        )}
        {!groups.error && groups.data?.length !== 0 && <GroupList groups={groups.data} />}
      </PageSection>
      {isAdding && <AddGroupDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function GroupList({ groups }: { groups: Group[] | undefined }) {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const set = useSetParameter();
  const q = parameters.get('q') ?? '';
  const shown = groups?.filter(({ name, description }) =>
    `${name} ${description}`.toLowerCase().includes(q.toLowerCase()),
  );
  return (
    <>
      <div className="ou-toolbar">
        <SearchInput
          aria-label={t('groups.filter')}
          placeholder={t('groups.filter')}
          value={q}
          onChange={(_, value) => set('q', value)}
          onClear={() => set('q', '')}
        />
      </div>
      <DataTable
        label={t('pages.groups')}
        columns={useColumns()}
        rows={shown}
        rowKey={({ name }) => name}
        empty={
          <Empty icon={SearchIcon} title={t('groups.noMatch')}>
            {t('instances.noMatchHelp')}
          </Empty>
        }
      />
    </>
  );
}

function useColumns(): Column<Group>[] {
  const { t } = useTranslation();
  const quota = (key: Dimension): Column<Group> => ({
    key,
    label: t(`quota.${key}`),
    narrow: 'half',
    fit: true,
    sort: ({ quota: limits, usage }) => share(usage[key], limits[key]),
    cell: (group) => <QuotaCell of={group} dimension={key} />,
  });
  return [
    {
      key: 'name',
      label: t('groups.name'),
      sort: ({ name }) => name,
      cell: ({ name, description }) => (
        <>
          <Link to={`/groups/${encodeURIComponent(name)}`} className="ou-name">
            {name}
          </Link>
          {description && <div className="ou-small ou-break">{description}</div>}
        </>
      ),
    },
    {
      key: 'users',
      label: t('groups.users'),
      fit: true,
      sort: ({ users }) => users,
      cell: ({ users }) => users,
    },
    ...DEFINED.map(quota),
  ];
}
