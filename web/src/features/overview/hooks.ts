// The numbers of the whole site.
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { getStatistics } from '@/api/infrastructure';
import { hostPath } from '../hosts/HostTable';
import { keys } from '../keys';
import { useRole } from '../session/hooks';

export function useStatistics(enabled: boolean) {
  return useQuery({
    queryKey: keys.statistics,
    queryFn: getStatistics,
    refetchInterval: 15_000,
    enabled,
  });
}

/** The pages of hosts are the administrators'; others see what is on the host. */
export function useHostPath() {
  const isAdministrator = useRole('administrator');
  return (name: string) =>
    isAdministrator ? hostPath(name) : `/instances?host=${encodeURIComponent(name)}`;
}

/** "2 used, 4 promised of 8", or without what nobody measures. */
export function useCapacityText() {
  const { t } = useTranslation();
  return (
    { used, promised, there }: { used: number | null; promised: number; there: number },
    format: (value: number) => string,
  ) => {
    const words = { promised: format(promised), there: format(there) };
    return used === null
      ? t('overview.promisedOf', words)
      : t('overview.usedOf', { ...words, used: format(used) });
  };
}
