// How much of a host is promised to machines, within which limits; and the cluster it belongs to.
import { Card, CardBody, CardHeader, CardTitle } from '@patternfly/react-core';
import { PencilAltIcon } from '@patternfly/react-icons';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Host } from '@/api/types';
import { mib } from '@/lib/format';
import { limitOf } from '@/lib/limits';
import { ReasonButton } from '@/ui/Actions';
import { QuotaBar } from '@/ui/Meter';
import { useReadOnly } from '../session/hooks';

const HostDialog = lazy(async () => ({ default: (await import('./HostDialog')).HostDialog }));

export function LimitsCard({ host }: { host: Host }) {
  const { t } = useTranslation();
  const reason = useReadOnly();
  const [isEditing, setEditing] = useState(false);
  const edit = (
    <ReasonButton
      variant="link"
      isInline
      reason={reason}
      icon={<PencilAltIcon />}
      onClick={() => setEditing(true)}
    >
      {t('limits.edit')}
    </ReasonButton>
  );
  const memory = limitOf(host.memory_mib, host.memory_percent);
  const cpus = limitOf(host.cpus, host.vcpu_percent);
  return (
    <Card isCompact>
      <CardHeader actions={{ actions: edit }}>
        <CardTitle component="h2">{t('limits.title')}</CardTitle>
      </CardHeader>
      <CardBody>
        <div className="ou-stack">
          <QuotaBar
            label={t('host.memory')}
            text={
              memory === null
                ? t('limits.unlimited', { promised: mib(host.promised_memory_mib) })
                : t('limits.of', { promised: mib(host.promised_memory_mib), limit: mib(memory) })
            }
            used={host.promised_memory_mib}
            limit={memory}
          />
          <QuotaBar
            label={t('limits.vcpus')}
            text={
              cpus === null
                ? t('limits.unlimited', { promised: host.promised_vcpus })
                : t('limits.of', { promised: host.promised_vcpus, limit: cpus })
            }
            used={host.promised_vcpus}
            limit={cpus}
          />
          <p className="ou-small">{t('limits.help')}</p>
        </div>
      </CardBody>
      <Suspense>
        {isEditing && <HostDialog host={host} onClose={() => setEditing(false)} />}
      </Suspense>
    </Card>
  );
}
