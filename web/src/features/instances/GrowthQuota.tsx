// In a dialog that makes a machine larger: the owner's quota before and after.
import { Skeleton } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { ErrorNotice, Notice } from '@/ui/Notice';
import { useErrorText } from '../errors';
import { QuotaBars } from '../users/QuotaBars';
import type { useGrowthPlan } from './hooks';

interface Props {
  plan: ReturnType<typeof useGrowthPlan>;
  /** Whose quota it is; nobody's is not limited. */
  owner: string | undefined;
}

export function GrowthQuota({ plan, owner }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  if (plan.isError) return <ErrorNotice text={errorText(plan.error)} />;
  if (!plan.data) return <Skeleton height="6rem" />;
  if (!owner) return <p className="ou-muted">{t('resize.nobody')}</p>;
  const { quota, usage_before, usage_after, problems } = plan.data;
  return (
    <section aria-label={t('resize.quota', { owner })}>
      <p className="ou-small">{t('resize.quota', { owner })}</p>
      <QuotaBars quota={quota} usage={usage_before} after={usage_after} />
      {problems.map((problem) => (
        <Notice key={problem} isPlain variant="danger" title={problem} />
      ))}
    </section>
  );
}

/** Whether the wish can be confirmed. */
export const fits = ({ isError, data }: Props['plan']) => !isError && data?.problems.length === 0;
