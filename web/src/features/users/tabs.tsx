// The tabs of an account: overview, access, groups, sign-in, activity.
import { Button, Content, Title } from '@patternfly/react-core';
import { KeyIcon, LockIcon, UsersIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ago, dateTime } from '@/lib/format';
import { groupHolder, groupsOf, userHolder } from '@/lib/holder';
import { ReasonButton } from '@/ui/Actions';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty } from '@/ui/Feedback';
import { useNow } from '@/ui/hooks';
import { AuditTable } from '../activity/AuditTable';
import { useGroups } from '../groups/hooks';
import { Fact, FactsCard } from '../people/Facts';
import { HeldGrants } from '../people/HeldGrants';
import { HolderLink } from '../people/HolderLink';
import { LoansCard, QuotaCard } from '../people/QuotaCard';
import { SessionTable } from '../people/SessionTable';
import { TokenTable } from '../people/TokenTable';
import {
  useEndUserSession,
  useEndUserSessions,
  useRevokeUserToken,
  useUserActivity,
  useUserSessions,
  useUserTokens,
} from './hooks';
import { useOffers } from '../session/hooks';
import { useManageRefusal } from './UserMenu';
import { useTabUser } from './UserPage';

export function OverviewTab() {
  const { t } = useTranslation();
  const { user, open } = useTabUser();
  const reason = useManageRefusal(user);
  const offersLoans = useOffers('loans');
  const actions = (
    <>
      <ReasonButton
        variant="secondary"
        reason={reason}
        onClick={() => open({ kind: 'quota', user })}
      >
        {t('quota.edit')}
      </ReasonButton>
      {offersLoans && (
        <ReasonButton
          variant="secondary"
          reason={reason}
          onClick={() => open({ kind: 'lend', user })}
        >
          {t('loans.lendMenu')}
        </ReasonButton>
      )}
    </>
  );
  return (
    <div className="ou-grid">
      <div className="ou-grid__main">
        <UserFacts />
        <LoansCard holder={userHolder(user.name)} canEnd={reason === null} />
      </div>
      <div className="ou-grid__side">
        <QuotaCard of={user} actions={actions} />
      </div>
    </div>
  );
}

function UserFacts() {
  const { t } = useTranslation();
  const { user } = useTabUser();
  const now = useNow();
  const { role, source, can_clone, read_only, created_at, last_sign_in_at: seen } = user;
  return (
    <FactsCard>
      <Fact term={t('users.role')}>
        {t(`role.${role}`)}
        <div className="ou-small">{t(`role.means.${role}`)}</div>
      </Fact>
      {read_only && <Fact term={t('users.auditor')}>{t('users.readOnlyHelp')}</Fact>}
      <Fact term={t('account.copies')}>
        {can_clone ? t('account.copiesAll') : t('account.copiesTemplates')}
      </Fact>
      <Fact term={t('users.machines')}>
        <Link to={`/instances?owner=${encodeURIComponent(user.name)}`}>
          {t('instances.inAll', { count: user.usage.instances })}
        </Link>
      </Fact>
      <Fact term={t('users.source')}>{t(`users.sources.${source}`)}</Fact>
      <Fact term={t('users.lastSignIn')}>
        {seen ? <span title={dateTime(seen)}>{ago(seen, now)}</span> : t('users.never')}
      </Fact>
      <Fact term={t('users.created')}>{dateTime(created_at)}</Fact>
    </FactsCard>
  );
}

export function AccessTab() {
  const { user } = useTabUser();
  return <HeldGrants holder={userHolder(user.name)} />;
}

interface GroupRow {
  name: string;
  through: string[];
  description: string;
}

export function GroupsTab() {
  const { t } = useTranslation();
  const { user } = useTabUser();
  const { data } = useGroups();
  const found = data && groupsOf(userHolder(user.name), data);
  const rows = data?.flatMap(({ name, description }): GroupRow[] => {
    const through = found?.get(name);
    return through ? [{ name, description, through }] : [];
  });
  const columns: Column<GroupRow>[] = [
    {
      key: 'name',
      label: t('groups.name'),
      fit: true,
      sort: ({ name }) => name,
      cell: ({ name }) => <HolderLink holder={groupHolder(name)} />,
    },
    { key: 'description', label: t('groups.description'), cell: (row) => row.description },
    {
      key: 'through',
      label: t('groups.through'),
      cell: ({ through }) => (through.length === 0 ? t('groups.itself') : through.join(' → ')),
    },
  ];
  return (
    <DataTable
      label={t('pages.groups')}
      columns={columns}
      rows={rows}
      rowKey={({ name }) => name}
      empty={
        <Empty icon={UsersIcon} title={t('groups.ofNobody', { name: user.name })}>
          {t('groups.ofNobodyHelp')} <Link to="/groups">{t('pages.groups')}</Link>
        </Empty>
      }
    />
  );
}

export function SignInTab() {
  const { t } = useTranslation();
  const { user } = useTabUser();
  const reason = useManageRefusal(user);
  if (reason === null) return <SignIns />;
  return (
    <Empty icon={LockIcon} title={t('users.signInsHidden')}>
      {reason}
    </Empty>
  );
}

function SignIns() {
  const { t } = useTranslation();
  const { user } = useTabUser();
  const sessions = useUserSessions(user.name);
  const endAll = useEndUserSessions(user.name);
  return (
    <>
      <section className="ou-block">
        <div className="ou-bar">
          <Title headingLevel="h2" size="lg">
            {t('account.sessions')}
          </Title>
          {sessions.data && sessions.data.length > 0 && (
            <Button
              variant="secondary"
              isLoading={endAll.isPending}
              onClick={() => endAll.mutate(undefined)}
            >
              {t('sessions.endAll')}
            </Button>
          )}
        </div>
        <SessionTable query={sessions} end={useEndUserSession(user.name)} />
      </section>
      <section className="ou-block">
        <Title headingLevel="h2" size="lg">
          {t('account.tokens')}
        </Title>
        <Content component="p">{t('tokens.ofUser')}</Content>
        <TokenTable
          query={useUserTokens(user.name)}
          revoke={useRevokeUserToken(user.name)}
          empty={
            <Empty icon={KeyIcon} title={t('tokens.none')}>
              {t('tokens.noneOfUser')}
            </Empty>
          }
        />
      </section>
    </>
  );
}

export function ActivityTab() {
  const { user } = useTabUser();
  return <AuditTable query={useUserActivity(user.name)} />;
}
