// Processors, memory and disk: there is, is promised, is really used.
import { Card, CardBody, CardTitle, Gallery, Skeleton } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { bytes, mib, number } from '@/lib/format';
import { CapacityBar } from '@/ui/Meter';
import { type Capacity, inAll } from './capacity';
import { useCapacityText, useStatistics } from './hooks';

export function CapacityCards() {
  const { t } = useTranslation();
  const { data } = useStatistics(true);
  const all = data && inAll(data);
  return (
    <Gallery hasGutter minWidths={{ default: '260px' }} className="ou-capacities">
      <CapacityCard title={t('overview.cpu')} capacity={all?.cpu} format={number} />
      <CapacityCard title={t('overview.memory')} capacity={all?.memory} format={mib} />
      <CapacityCard title={t('overview.disk')} capacity={all?.disk} format={bytes} />
    </Gallery>
  );
}

interface CardProps {
  title: string;
  capacity: Capacity | undefined;
  format: (value: number) => string;
}

function CapacityCard({ title, capacity, format }: CardProps) {
  const { t } = useTranslation();
  return (
    <Card isCompact>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        {capacity ? (
          <CapacityBody title={title} capacity={capacity} format={format} />
        ) : (
          <Skeleton height="4rem" screenreaderText={t('app.loading')} />
        )}
      </CardBody>
    </Card>
  );
}

function CapacityBody({ title, capacity, format }: CardProps & { capacity: Capacity }) {
  const { t } = useTranslation();
  const words = useCapacityText();
  const { used, promised } = capacity;
  const there = capacity.there ?? 0;
  const text = words({ used, promised, there }, format);
  return (
    <>
      <div className="ou-big">
        <strong>{format(used ?? promised)}</strong>{' '}
        <span className="ou-muted">
          {used === null ? t('overview.promised') : t('overview.used')}
        </span>
      </div>
      <CapacityBar label={title} text={text} used={used} promised={promised} there={there} />
      <div className="ou-capacity__foot">
        <span className="ou-capacity__word">
          {t('overview.thereIs')} <strong>{format(there)}</strong>
        </span>
        <span className="ou-capacity__word ou-capacity__word--promised">
          {t('overview.promised')} <strong>{format(promised)}</strong>
        </span>
      </div>
    </>
  );
}
