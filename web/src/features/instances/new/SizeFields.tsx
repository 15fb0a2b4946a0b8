// How large: processors, memory and disk between the template's size and what the quota leaves.
import { useTranslation } from 'react-i18next';
import { clamp, largestOf, type Range } from '@/lib/quota';
import { SizeField } from '@/ui/SizeField';
import { fieldError } from '../../errors';
import { amount } from '../../users/QuotaBars';
import type { NewForm, Source } from './useNewForm';

type Key = 'vcpus' | 'memory_mib' | 'disk_gib';

const MIB_PER_GIB = 1024;

export function SizeFields({ form, error }: { form: NewForm; error: Error | null }) {
  const { source, ranges } = form;
  if (!source || !ranges) return null;
  return (
    <>
      {(['vcpus', 'memory_mib', 'disk_gib'] as const).map((key) => (
        <OneSize
          key={key}
          form={form}
          source={source}
          dimension={key}
          range={ranges[key]}
          error={error}
        />
      ))}
    </>
  );
}

interface OneProps {
  form: NewForm;
  source: Source;
  dimension: Key;
  range: Range;
  error: Error | null;
}

/** Memory is chosen in GiB, in quarters; the others in whole units. */
const factor = (key: Key) => (key === 'memory_mib' ? MIB_PER_GIB : 1);
const step = (key: Key, max: number) =>
  key === 'memory_mib' && max <= 64 * MIB_PER_GIB ? 0.25 : 1;

function OneSize({ form, source, dimension, range, error }: OneProps) {
  const { t } = useTranslation();
  const scale = factor(dimension);
  const chosen = form.values[dimension] ?? source[dimension];
  const { min, max, bound, short } = range;
  const value = bound === 'quota' ? clamp(chosen, range) : chosen;
  const words = {
    min: amount(dimension, min),
    max: amount(dimension, max),
    value: amount(dimension, value),
  };
  const refusal = fieldError(error, dimension);
  const tooLarge = refusal && largestOf(refusal) !== null ? t('new.sizeTooLarge', words) : refusal;
  const label = t(`new.size.${dimension}`);
  return (
    <SizeField
      id={dimension}
      label={label}
      unit={t(`new.unit.${dimension}`)}
      value={Math.round((value / scale) * 1000) / 1000}
      min={min / scale}
      max={max / scale}
      step={step(dimension, max)}
      bounded={bound !== null}
      minText={words.min}
      maxText={words.max}
      help={t(`new.sizeBound.${bound ?? 'none'}`, words)}
      error={short ? t('new.quotaShort', words) : tooLarge}
      minusLabel={t('new.less', { label })}
      plusLabel={t('new.more', { label })}
      onChange={(next) => {
        const amountOf = Math.round(next * scale);
        form.set({ [dimension]: amountOf <= source[dimension] ? null : amountOf });
      }}
    />
  );
}
