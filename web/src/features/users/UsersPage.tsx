// The accounts: role, groups, quota as bars, last sign-in; adding, changing, deleting.
import { Label, PageSection, SearchInput } from '@patternfly/react-core';
import { PlusCircleIcon, SearchIcon } from '@patternfly/react-icons';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import type { User } from '@/api/types';
import { DEFINED, type Dimension } from '@/lib/amounts';
import { ago, dateTime } from '@/lib/format';
import { groupsOf, userHolder } from '@/lib/holder';
import { share } from '@/lib/quota';
import { ReasonButton } from '@/ui/Actions';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Feedback';
import { FilterSelect } from '@/ui/FilterSelect';
import { useNow } from '@/ui/hooks';
import { PageHeader } from '@/ui/PageHeader';
import { useSetParameter } from '@/ui/parameters';
import { useGroups } from '../groups/hooks';
import { QueryFailure } from '../QueryFailure';
import { useRefusal } from '../session/hooks';
import { AddUserDialog } from './AddUserDialog';
import { useUsers } from './hooks';
import { QuotaCell } from './QuotaCell';
import { ROLES } from './RoleField';
import { type UserDialog, UserDialogs } from './UserDialogs';
import { UserMenu } from './UserMenu';

export function UsersPage() {
  const { t } = useTranslation();
  const users = useUsers();
  const [isAdding, setAdding] = useState(false);
  const reason = useRefusal('manage', 'users');
  const add = (
    <ReasonButton reason={reason} icon={<PlusCircleIcon />} onClick={() => setAdding(true)}>
      {t('users.add')}
    </ReasonButton>
  );
  return (
    <>
      <PageHeader
        title={t('pages.users')}
        subtitle={users.data ? t('users.counts', { count: users.data.length }) : t('app.loading')}
        actions={add}
      />
      <PageSection isFilled>
        {users.error && !users.data ? (
          <QueryFailure query={users} />
        ) : (
          <UserList users={users.data} />
        )}
      </PageSection>
      {isAdding && <AddUserDialog onClose={() => setAdding(false)} />}
    </>
  );
}

function UserList({ users }: { users: User[] | undefined }) {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const set = useSetParameter();
  const [dialog, setDialog] = useState<UserDialog | null>(null);
  const q = parameters.get('q') ?? '';
  const roles = parameters.get('role')?.split(',').filter(Boolean) ?? [];
  const shown = users?.filter(
    ({ name, full_name, email, role }) =>
      `${name} ${full_name ?? ''} ${email ?? ''}`.toLowerCase().includes(q.toLowerCase()) &&
      (roles.length === 0 || roles.includes(role)),
  );
  const columns = useColumns(setDialog);
  return (
    <>
      <div className="ou-toolbar">
        <SearchInput
          aria-label={t('users.filter')}
          placeholder={t('users.filter')}
          value={q}
          onChange={(_, value) => set('q', value)}
          onClear={() => set('q', '')}
        />
        <FilterSelect
          label={t('users.role')}
          options={ROLES.map((value) => ({ value, label: t(`role.${value}`) }))}
          chosen={roles}
          onChange={(chosen) => set('role', chosen.join(','))}
        />
      </div>
      <DataTable
        label={t('pages.users')}
        columns={columns}
        rows={shown}
        rowKey={({ name }) => name}
        empty={
          <Empty icon={SearchIcon} title={t('users.noMatch')}>
            {t('instances.noMatchHelp')}
          </Empty>
        }
      />
      {dialog && <UserDialogs dialog={dialog} onClose={() => setDialog(null)} />}
    </>
  );
}

function useColumns(open: (dialog: UserDialog) => void): Column<User>[] {
  const { t } = useTranslation();
  const now = useNow();
  const quota = (key: Dimension): Column<User> => ({
    key,
    label: t(`quota.${key}`),
    narrow: 'half',
    fit: true,
    sort: ({ quota: limits, usage }) => share(usage[key], limits[key]),
    cell: (user) => <QuotaCell of={user} dimension={key} />,
  });
  return [
    {
      key: 'name',
      label: t('users.name'),
      width: 25,
      sort: ({ name }) => name,
      cell: (user) => <NameCell user={user} />,
    },
    {
      key: 'role',
      label: t('users.role'),
      fit: true,
      sort: ({ role }) => role,
      cell: (user) => <RoleCell user={user} />,
    },
    useGroupColumn(),
    ...DEFINED.map(quota),
    {
      key: 'seen',
      label: t('users.lastSignIn'),
      fit: true,
      sort: ({ last_sign_in_at }) => last_sign_in_at,
      cell: ({ last_sign_in_at: at }) =>
        at ? (
          <span title={dateTime(at)}>{ago(at, now)}</span>
        ) : (
          <span className="ou-muted">{t('users.never')}</span>
        ),
    },
    {
      key: 'actions',
      label: '',
      isAction: true,
      cell: (user) => <UserMenu user={user} onOpen={open} />,
    },
  ];
}

function useGroupColumn(): Column<User> {
  const { t } = useTranslation();
  const { data: groups = [] } = useGroups();
  const cache = useMemo(() => new Map<string, string[]>(), [groups]);
  const of = ({ name }: User) => {
    const known = cache.get(name) ?? [...groupsOf(userHolder(name), groups).keys()];
    cache.set(name, known);
    return known;
  };
  return {
    key: 'groups',
    label: t('pages.groups'),
    fit: true,
    sort: (user) => of(user).length,
    cell: (user) => {
      const names = of(user);
      if (names.length === 0) return <span className="ou-muted">{t('app.none')}</span>;
      return (
        <Link to={`/users/${encodeURIComponent(user.name)}/groups`} title={names.join(', ')}>
          {names.length}
        </Link>
      );
    },
  };
}

function NameCell({ user }: { user: User }) {
  return (
    <>
      <Link to={`/users/${encodeURIComponent(user.name)}`} className="ou-name">
        {user.name}
      </Link>
      {user.full_name && <div>{user.full_name}</div>}
      {user.email && <Email address={user.email} />}
    </>
  );
}

/** Breaks before the @ rather than within a word. */
function Email({ address }: { address: string }) {
  const at = address.lastIndexOf('@');
  return (
    <div className="ou-small ou-break">
      {address.slice(0, at)}
      <wbr />
      {address.slice(at)}
    </div>
  );
}

function RoleCell({ user }: { user: User }) {
  const { t } = useTranslation();
  return (
    <>
      {t(`role.${user.role}`)}
      {user.read_only && (
        <div>
          <Label isCompact>{t('users.auditor')}</Label>
        </div>
      )}
      {user.source === 'proxy' && <div className="ou-small">{t('users.sources.proxy')}</div>}
    </>
  );
}
