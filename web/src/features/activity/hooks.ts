// The log and the state of its proof as server state.
import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { type AuditQuery, getAuditHead, listAudit } from '@/api/infrastructure';
import { keys } from '../keys';

const LOOK_AGAIN_MS = 30_000;

export function useAudit(query: AuditQuery) {
  return useInfiniteQuery({
    queryKey: keys.audit(query),
    queryFn: ({ pageParam }) => listAudit(query, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** What the last walk over the chain found. */
export function useAuditHead() {
  return useQuery({
    queryKey: keys.auditHead,
    queryFn: () => getAuditHead(false),
    refetchInterval: LOOK_AGAIN_MS,
  });
}

/** Walks the chain now. */
export function useCheckAudit() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => getAuditHead(true),
    onSuccess: (head) => client.setQueryData(keys.auditHead, head),
  });
}
