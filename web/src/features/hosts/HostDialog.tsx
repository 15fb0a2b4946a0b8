// The limits of what is promised of a host, and its cluster.
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Host } from '@/api/types';
import { mib } from '@/lib/format';
import { limitOf, MOST_PERCENT, toPercent } from '@/lib/limits';
import { Dialog } from '@/ui/Dialog';
import { TextField } from '@/ui/Field';
import { fieldError, otherError, useErrorText } from '../errors';
import { ClusterField } from './ClusterField';
import { useChangeHost } from './hooks';

export function HostDialog({ host, onClose }: { host: Host; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [memoryText, setMemory] = useState(String(host.memory_percent ?? ''));
  const [cpuText, setCpu] = useState(String(host.vcpu_percent ?? ''));
  const [cluster, setCluster] = useState(host.cluster ?? '');
  const change = useChangeHost(host.name);
  const memory = toPercent(memoryText);
  const cpu = toPercent(cpuText);
  const { error } = change;
  const wrong = (value: number | null | undefined) =>
    value === undefined ? t('limits.notANumber', { max: MOST_PERCENT }) : null;
  const save = () =>
    change.mutate(
      { memory_percent: memory, vcpu_percent: cpu, cluster: cluster.trim() || null },
      { onSuccess: onClose },
    );
  return (
    <Dialog
      title={t('limits.dialog', { name: host.name })}
      confirm={t('app.save')}
      cancel={t('app.cancel')}
      isBusy={change.isPending}
      isBlocked={memory === undefined || cpu === undefined}
      error={otherError(error, errorText, ['memory_percent', 'vcpu_percent', 'cluster'])}
      onConfirm={save}
      onClose={onClose}
    >
      <TextField
        id="memory-percent"
        label={t('limits.memoryPercent')}
        help={meaning(t, limitOf(host.memory_mib, memory ?? null), mib)}
        placeholder={t('quota.none')}
        autoComplete="off"
        value={memoryText}
        onChange={setMemory}
        error={wrong(memory) ?? fieldError(error, 'memory_percent')}
      />
      <TextField
        id="vcpu-percent"
        label={t('limits.vcpuPercent')}
        help={meaning(t, limitOf(host.cpus, cpu ?? null), (count) =>
          t('instances.vcpus', { count }),
        )}
        placeholder={t('quota.none')}
        autoComplete="off"
        value={cpuText}
        onChange={setCpu}
        error={wrong(cpu) ?? fieldError(error, 'vcpu_percent')}
      />
      <ClusterField value={cluster} onChange={setCluster} error={fieldError(error, 'cluster')} />
    </Dialog>
  );
}

function meaning(t: TFunction, limit: number | null, inWords: (limit: number) => string) {
  return limit === null ? t('limits.noLimit') : t('limits.means', { limit: inWords(limit) });
}
