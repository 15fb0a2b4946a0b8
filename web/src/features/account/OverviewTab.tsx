// Who I am here: role, groups, quota with what is lent, and asking for more.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ReasonButton } from '@/ui/Actions';
import { SkeletonLines } from '@/ui/Feedback';
import { groupHolder, userHolder } from '@/lib/holder';
import { Fact, FactsCard } from '../people/Facts';
import { HolderLink } from '../people/HolderLink';
import { LoansCard, QuotaCard } from '../people/QuotaCard';
import { QueryFailure } from '../QueryFailure';
import { QuotaRequestDialog } from '../requests/QuotaRequestDialog';
import { useMe, useOffers, useReadOnly } from '../session/hooks';

export function OverviewTab() {
  const { t } = useTranslation();
  const me = useMe();
  const reason = useReadOnly();
  const offersRequests = useOffers('requests');
  const [isAsking, setAsking] = useState(false);
  if (me.error && !me.data) return <QueryFailure query={me} />;
  if (!me.data) return <SkeletonLines lines={8} label={t('app.loading')} />;
  const ask = (
    <ReasonButton reason={reason} variant="secondary" onClick={() => setAsking(true)}>
      {t('requests.askQuota')}
    </ReasonButton>
  );
  return (
    <div className="ou-grid">
      <div className="ou-grid__main">
        <MyFacts me={me.data} />
        <LoansCard holder={userHolder(me.data.name)} />
      </div>
      <div className="ou-grid__side">
        <QuotaCard of={me.data} actions={offersRequests && ask} />
      </div>
      {isAsking && <QuotaRequestDialog onClose={() => setAsking(false)} />}
    </div>
  );
}

function MyFacts({ me }: { me: NonNullable<ReturnType<typeof useMe>['data']> }) {
  const { t } = useTranslation();
  return (
    <FactsCard>
      <Fact term={t('users.role')}>
        {t(`role.${me.role}`)}
        <div className="ou-small">{t(`role.means.${me.role}`)}</div>
        {me.read_only && <div className="ou-small">{t('error.readOnly')}</div>}
      </Fact>
      <Fact term={t('users.email')}>{me.email ?? t('app.none')}</Fact>
      <Fact term={t('account.groups')}>
        {me.groups.length === 0 && t('account.noGroups')}
        {me.groups.map((name) => (
          <div key={name}>
            <HolderLink holder={groupHolder(name)} />
          </div>
        ))}
      </Fact>
      <Fact term={t('account.copies')}>
        {me.can_clone ? t('account.copiesAll') : t('account.copiesTemplates')}
      </Fact>
      <Fact term={t('users.source')}>{t(`users.sources.${me.source}`)}</Fact>
    </FactsCard>
  );
}
