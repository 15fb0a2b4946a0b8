// Changes processors and memory of an instance, with the quota before and after.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Instance, NewSize } from '@/api/types';
import { Dialog } from '@/ui/Dialog';
import { Notice } from '@/ui/Notice';
import { SizeField } from '@/ui/SizeField';
import { useErrorText } from '../errors';
import { amount } from '../users/QuotaBars';
import { fits, GrowthQuota } from './GrowthQuota';
import { useGrow, useGrowthPlan, useInstance } from './hooks';

interface Props {
  id: string;
  onClose: () => void;
}

export function ResizeDialog({ id, onClose }: Props) {
  const { data } = useInstance(id);
  return data ? <ResizeForm instance={data} onClose={onClose} /> : null;
}

const MIB_PER_GIB = 1024;
/** Where the sliders end; more can be typed. */
const ENDS: NewSize = { vcpus: 16, memory_mib: 64 * MIB_PER_GIB };

function ResizeForm({ instance, onClose }: { instance: Instance; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [before] = useState<NewSize>(() => {
    const { vcpus, memory_mib } = instance.pending_restart ?? instance;
    return { vcpus, memory_mib };
  });
  const [size, setSize] = useState(before);
  const plan = useGrowthPlan(instance.id, { size });
  const grow = useGrow(instance.id);
  const isSame = size.vcpus === before.vcpus && size.memory_mib === before.memory_mib;
  const isOff = instance.state === 'shutoff' || instance.state === 'crashed';
  return (
    <Dialog
      title={t('resize.title', { name: instance.name })}
      confirm={t('resize.confirm')}
      cancel={t('app.cancel')}
      isBusy={grow.isPending}
      isBlocked={isSame || !fits(plan)}
      error={grow.error && errorText(grow.error)}
      onConfirm={() => grow.mutate({ size }, { onSuccess: onClose })}
      onClose={onClose}
    >
      {(['vcpus', 'memory_mib'] as const).map((key) => (
        <OneSize
          key={key}
          dimension={key}
          value={size[key]}
          onChange={(value) => setSize({ ...size, [key]: value })}
        />
      ))}
      {!isOff && <Notice variant="info" title={t('resize.restart')} />}
      <GrowthQuota plan={plan} owner={instance.owners[0]} />
    </Dialog>
  );
}

interface OneProps {
  dimension: keyof NewSize;
  value: number;
  onChange: (value: number) => void;
}

/** Memory is chosen in GiB, in quarters. */
function OneSize({ dimension, value, onChange }: OneProps) {
  const { t } = useTranslation();
  const scale = dimension === 'memory_mib' ? MIB_PER_GIB : 1;
  const step = dimension === 'memory_mib' ? 0.25 : 1;
  const max = Math.max(ENDS[dimension], value) / scale;
  const label = t(`new.size.${dimension}`);
  return (
    <SizeField
      id={`resize-${dimension}`}
      label={label}
      unit={t(`new.unit.${dimension}`)}
      value={Math.round((value / scale) * 1000) / 1000}
      min={step}
      max={max}
      step={step}
      bounded={false}
      minText={amount(dimension, step * scale)}
      maxText={amount(dimension, max * scale)}
      help={amount(dimension, value)}
      error={null}
      minusLabel={t('new.less', { label })}
      plusLabel={t('new.more', { label })}
      onChange={(next) => onChange(Math.round(next * scale))}
    />
  );
}
