// What stands where something could not be loaded, with trying again.
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Failure } from '@/ui/Feedback';
import { useErrorText } from './errors';

export function QueryFailure({ query }: { query: Pick<UseQueryResult, 'error' | 'refetch'> }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  return (
    <Failure
      title={t('error.load')}
      text={errorText(query.error)}
      retryLabel={t('app.retry')}
      onRetry={() => void query.refetch()}
    />
  );
}
