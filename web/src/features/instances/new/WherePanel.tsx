// Where the new instance would be made and why; for others than administrators, that there is room.
import { Card, CardBody, CardTitle, ExpandableSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiError } from '@/api/client';
import type { Place, Plan } from '@/api/types';
import { mib } from '@/lib/format';
import { Status } from '@/ui/Status';
import type { usePlan } from '../hooks';

export function WherePanel({ plan }: { plan: ReturnType<typeof usePlan> }) {
  const { t } = useTranslation();
  const isFull = plan.error instanceof ApiError && plan.error.kind === 'conflict';
  if (plan.isError ? !isFull : !plan.data) return null;
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('where.title')}</CardTitle>
      <CardBody aria-live="polite">
        {plan.isError && <Status kind="warning">{t('where.nowhere')}</Status>}
        {!plan.isError && plan.data && <Where plan={plan.data} />}
      </CardBody>
    </Card>
  );
}

function Where({ plan }: { plan: Plan }) {
  const { t } = useTranslation();
  if (plan.why === null) return <Status kind="good">{t('where.room')}</Status>;
  const others = plan.places.filter(({ chosen }) => !chosen);
  const chosen = plan.places.find((place) => place.chosen);
  return (
    <div className="ou-stack">
      <div>
        <p>
          <Link to={`/hosts/${encodeURIComponent(plan.host)}`}>{plan.host}</Link>: {plan.why}
        </p>
        {chosen && <Sentences sentences={chosen.notes} />}
      </div>
      {others.length > 0 && (
        <ExpandableSection toggleText={t('where.others', { count: others.length })} isIndented>
          <ul className="ou-places" role="list">
            {others.map((place) => (
              <OtherPlace key={place.host} place={place} />
            ))}
          </ul>
        </ExpandableSection>
      )}
    </div>
  );
}

function OtherPlace({ place }: { place: Place }) {
  const { t } = useTranslation();
  const { host, reasons, notes, unpromised_memory_mib: room } = place;
  const isPossible = reasons.length === 0;
  return (
    <li>
      <strong>{host}</strong>{' '}
      <span className="ou-muted">
        {isPossible ? t('where.possible') : t('where.impossible')}
        {room !== null && ` · ${t('where.unpromised', { memory: mib(Math.max(0, room)) })}`}
      </span>
      <Sentences sentences={[...reasons, ...notes]} />
    </li>
  );
}

function Sentences({ sentences }: { sentences: string[] }) {
  if (sentences.length === 0) return null;
  return (
    <ul className="ou-reasons">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
