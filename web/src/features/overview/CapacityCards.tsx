// Processors, memory and disk: there is, is promised, is really used.
import { Card, CardBody, CardTitle, Gallery, Skeleton } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { Statistics } from '@/api/types';
import { bytes, mib, number } from '@/lib/format';
import { CapacityBar } from '@/ui/Meter';
import { useHosts } from '../hosts/hooks';
import { useStatistics } from './hooks';

interface Capacity {
  /** Null where nobody measures it. */
  used: number | null;
  promised: number;
  there: number;
  format: (value: number) => string;
}

export function CapacityCards() {
  const { t } = useTranslation();
  const { data } = useStatistics(true);
  const busy = useBusyCores();
  return (
    <Gallery hasGutter minWidths={{ default: '260px' }} className="ou-capacities">
      <CapacityCard title={t('overview.cpu')} capacity={data && cpu(data, busy)} />
      <CapacityCard title={t('overview.memory')} capacity={data && memory(data)} />
      <CapacityCard title={t('overview.disk')} capacity={data && disk(data)} />
    </Gallery>
  );
}

/** How many cores are at work on all hosts together; only administrators see the hosts. */
function useBusyCores(): number | null {
  const { data } = useHosts();
  if (!data) return null;
  return data.reduce(
    (sum, { cpus, cpu_percent }) => sum + ((cpus ?? 0) * (cpu_percent ?? 0)) / 100,
    0,
  );
}

const cpu = (data: Statistics, used: number | null): Capacity => ({
  used,
  promised: data.promised_vcpus,
  there: data.cpus,
  format: number,
});

const memory = (data: Statistics): Capacity => ({
  // A host may count as free what its own limit does not let it use.
  used: Math.max(0, data.memory_mib - data.memory_free_mib),
  promised: data.promised_memory_mib,
  there: data.memory_mib,
  format: mib,
});

const disk = (data: Statistics): Capacity => ({
  used: data.disk_allocation_bytes,
  promised: data.promised_disk_bytes,
  there: data.disk_capacity_bytes,
  format: bytes,
});

function CapacityCard({ title, capacity }: { title: string; capacity: Capacity | undefined }) {
  const { t } = useTranslation();
  return (
    <Card isCompact>
      <CardTitle component="h2">{title}</CardTitle>
      <CardBody>
        {capacity ? (
          <CapacityBody title={title} capacity={capacity} />
        ) : (
          <Skeleton height="4rem" screenreaderText={t('app.loading')} />
        )}
      </CardBody>
    </Card>
  );
}

function CapacityBody({ title, capacity }: { title: string; capacity: Capacity }) {
  const { t } = useTranslation();
  const { used, promised, there, format } = capacity;
  const words = { promised: format(promised), there: format(there) };
  const text =
    used === null
      ? t('overview.promisedOf', words)
      : t('overview.usedOf', { ...words, used: format(used) });
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
