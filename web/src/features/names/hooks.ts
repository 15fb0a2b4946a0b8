// Pre-registered names as server state.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import * as api from '@/api/infrastructure';
import { keys } from '../keys';

export function useNames() {
  return useQuery({ queryKey: keys.names, queryFn: api.listNames });
}

export function useFreeNames() {
  return useQuery({ queryKey: keys.freeNames, queryFn: api.listFreeNames });
}

export function useImportNames() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.addNames,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.names }),
  });
}

export function useDeleteName() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: api.deleteName,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.names }),
  });
}
