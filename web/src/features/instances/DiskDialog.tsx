// Gives an instance another disk, or lets one of its disks grow.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Disk, Instance } from '@/api/types';
import { gib } from '@/lib/format';
import { Dialog } from '@/ui/Dialog';
import { SizeField } from '@/ui/SizeField';
import { fieldError, otherError, useErrorText } from '../errors';
import { fits, GrowthQuota } from './GrowthQuota';
import { useGrow, useGrowthPlan, useInstance } from './hooks';
import { PoolField, usePoolChoice } from './PoolField';

interface Props {
  id: string;
  /** Null for a new one. */
  disk: Disk | null;
  onClose: () => void;
}

export function DiskDialog({ id, disk, onClose }: Props) {
  const { data } = useInstance(id);
  return data ? <DiskForm instance={data} disk={disk} onClose={onClose} /> : null;
}

const BYTES_PER_GIB = 2 ** 30;
const FIRST_GIB = 10;
/** Where the slider ends; more can be typed. */
const END_GIB = 500;

interface FormProps {
  instance: Instance;
  disk: Disk | null;
  onClose: () => void;
}

function DiskForm({ instance, disk, onClose }: FormProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const least = disk ? Math.floor((disk.capacity_bytes ?? 0) / BYTES_PER_GIB) + 1 : 1;
  const [size, setSize] = useState(disk ? least : FIRST_GIB);
  const choice = usePoolChoice(instance, disk === null);
  const { pool, isBeside, isNowhere, isShown } = choice;
  const wanted = { size_gib: size, ...(disk ? { disk: disk.target } : { disk: null, pool }) };
  const plan = useGrowthPlan(instance.id, wanted, disk !== null || pool !== null);
  const grow = useGrow(instance.id);
  const failed = choice.error ?? plan.error;
  const error = failed ?? grow.error;
  const words = { name: instance.name, target: disk?.target ?? '' };
  return (
    <Dialog
      title={t(disk ? 'disks.growTitle' : 'disks.addTitle', words)}
      description={t(disk ? 'disks.growHelp' : isBeside ? 'disks.addBeside' : 'disks.addHelp')}
      confirm={t(disk ? 'disks.growConfirm' : 'disks.addConfirm')}
      cancel={t('app.cancel')}
      isBusy={grow.isPending}
      isBlocked={!fits(plan)}
      error={
        isNowhere
          ? t('disks.nowhere')
          : otherError(error, errorText, ['size_gib', ...(isShown ? ['pool'] : [])])
      }
      onConfirm={() => grow.mutate(wanted, { onSuccess: onClose })}
      onClose={onClose}
    >
      <DiskSize
        least={least}
        value={size}
        error={fieldError(error, 'size_gib')}
        onChange={setSize}
      />
      {isShown && <PoolField choice={choice} error={fieldError(error, 'pool')} />}
      {!isNowhere && !failed && <GrowthQuota plan={plan} owner={instance.owners[0]} />}
    </Dialog>
  );
}

interface SizeProps {
  least: number;
  value: number;
  error: string | null;
  onChange: (value: number) => void;
}

function DiskSize({ least, value, error, onChange }: SizeProps) {
  const { t } = useTranslation();
  const max = Math.max(END_GIB, value, least);
  const label = t('new.size.disk_gib');
  return (
    <SizeField
      id="disk-size"
      label={label}
      unit={t('new.unit.disk_gib')}
      value={value}
      min={least}
      max={max}
      step={1}
      bounded={false}
      minText={gib(least)}
      maxText={gib(max)}
      help={gib(value)}
      error={error}
      minusLabel={t('new.less', { label })}
      plusLabel={t('new.more', { label })}
      onChange={(next) => onChange(Math.round(next))}
    />
  );
}
