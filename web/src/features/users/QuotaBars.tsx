// A quota in its dimensions, as bars, with what is lent and optionally with what a change would take.
import { useTranslation } from 'react-i18next';
import type { Allowance, Quota, Usage } from '@/api/types';
import { DIMENSIONS, type Dimension, RUNNING } from '@/lib/amounts';
import { gib, mib } from '@/lib/format';
import { QuotaBar } from '@/ui/Meter';

interface Props {
  quota: Quota;
  /** With what is lent for a while. */
  effective?: Quota | undefined;
  usage: Usage;
  after?: Usage | undefined;
  /** Also those limits of what runs that are not set. */
  isComplete?: boolean;
}

/** What the bars show of somebody. */
export const allowance = ({ quota, effective_quota, usage }: Allowance) => ({
  quota,
  effective: effective_quota,
  usage,
});

/** An amount of a dimension with its unit. */
export function amount(dimension: Dimension, value: number): string {
  if (dimension.endsWith('memory_mib')) return mib(value);
  if (dimension === 'disk_gib') return gib(value);
  return String(value);
}

const isRunning = (dimension: Dimension) => (RUNNING as readonly string[]).includes(dimension);

export function QuotaBars({ quota, effective = quota, usage, after, isComplete }: Props) {
  const { t } = useTranslation();
  const text = (dimension: Dimension) => {
    const limit = effective[dimension];
    const used = amount(dimension, usage[dimension]);
    const next =
      after && after[dimension] !== usage[dimension] ? amount(dimension, after[dimension]) : null;
    const now = next === null ? used : t('quota.change', { used, next });
    if (limit === null) return t('quota.unlimited', { now });
    const words = { now, limit: amount(dimension, limit) };
    const lent = limit - (quota[dimension] ?? limit);
    if (lent <= 0) return t('quota.of', words);
    return t('quota.ofLent', { ...words, lent: amount(dimension, lent) });
  };
  const shown = DIMENSIONS.filter(
    (dimension) => isComplete || !isRunning(dimension) || effective[dimension] !== null,
  );
  return (
    <div className="ou-quotas">
      {shown.map((dimension) => (
        <QuotaBar
          key={dimension}
          label={t(`quota.${dimension}`)}
          text={text(dimension)}
          used={usage[dimension]}
          after={after?.[dimension] ?? usage[dimension]}
          limit={effective[dimension]}
        />
      ))}
    </div>
  );
}
