// One dimension of a quota in a table: numbers and a bar.
import { useTranslation } from 'react-i18next';
import type { Allowance } from '@/api/types';
import type { Dimension } from '@/lib/amounts';
import { share } from '@/lib/quota';
import { Meter } from '@/ui/Meter';
import { amount } from './QuotaBars';

interface Props {
  of: Allowance;
  dimension: Dimension;
}

export function QuotaCell({ of, dimension }: Props) {
  const { t } = useTranslation();
  const limit = of.effective_quota[dimension];
  const now = amount(dimension, of.usage[dimension]);
  if (limit === null) {
    return (
      <>
        {now}
        <span className="ou-line ou-small">{t('quota.none')}</span>
      </>
    );
  }
  if (limit === 0 && of.usage[dimension] === 0) {
    return <span className="ou-muted">{t('quota.zero')}</span>;
  }
  return (
    <>
      <span className="ou-line">{t('quota.of', { now, limit: amount(dimension, limit) })}</span>
      <Meter label={t(`quota.${dimension}`)} value={share(of.usage[dimension], limit)} />
    </>
  );
}
