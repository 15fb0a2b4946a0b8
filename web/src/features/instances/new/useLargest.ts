// How large the host lets a new machine be, as far as it is known before it is refused.
import { useEffect, useState } from 'react';
import { ApiError } from '@/api/client';
import { largestOf } from '@/lib/quota';
import { useHosts } from '../../hosts/hooks';
import type { Source } from './useNewForm';

type Largest = Partial<Record<string, number>>;

/** Administrators see the host of the source; others are told when a size is refused. */
export function useLargest(source: Source | undefined, refusal: Error | null) {
  const { data: hosts = [] } = useHosts();
  const host = hosts.find(({ name }) => name === source?.host);
  const [told, setTold] = useState<Largest>({});
  useEffect(() => setTold({}), [source?.id]);
  useEffect(() => {
    if (!(refusal instanceof ApiError) || !refusal.field) return;
    const largest = largestOf(refusal.message);
    if (largest !== null) {
      const field = refusal.field;
      setTold((old) => ({ ...old, [field]: largest }));
    }
  }, [refusal]);
  return {
    vcpus: host?.cpus ?? told.vcpus ?? null,
    memory_mib: host?.memory_mib ?? told.memory_mib ?? null,
    disk_gib: told.disk_gib ?? null,
  };
}
