// The numbers of the whole site.
import { useQuery } from '@tanstack/react-query';
import { getStatistics } from '@/api/infrastructure';
import { keys } from '../keys';

export function useStatistics(enabled: boolean) {
  return useQuery({
    queryKey: keys.statistics,
    queryFn: getStatistics,
    refetchInterval: 15_000,
    enabled,
  });
}
