// The figures of hosts and machines over time, as server state.
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'react-router';
import { getHostMetrics, getInstanceMetrics } from '@/api/metrics';
import { type Span, spanOf } from '@/lib/series';
import { useSetParameter } from '@/ui/parameters';
import { keys } from '../keys';

/** A bucket of the finest graph is a minute. */
const RENEWED_EVERY = 60_000;

function useMetrics<T>(kind: 'host' | 'instance', name: string, span: Span, get: () => Promise<T>) {
  return useQuery({
    queryKey: keys.metrics(kind, name, span),
    queryFn: get,
    refetchInterval: RENEWED_EVERY,
    // The last graph stays while that of another span comes, but never under another name.
    placeholderData: (previous, query) => (query?.queryKey[2] === name ? previous : undefined),
  });
}

export const useInstanceMetrics = (id: string, span: Span) =>
  useMetrics('instance', id, span, () => getInstanceMetrics(id, span));

export const useHostMetrics = (name: string, span: Span) =>
  useMetrics('host', name, span, () => getHostMetrics(name, span));

/** The span stands in the URL, so that a graph can be sent to somebody. */
export function useSpan(): [Span, (span: Span) => void] {
  const [parameters] = useSearchParams();
  const set = useSetParameter();
  return [spanOf(parameters.get('span')), (span) => set('span', span === 'hours' ? '' : span)];
}
