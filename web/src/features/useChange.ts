// A change on the server, after which what it touched is read again.
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query';

export function useChange<Input, Output>(
  mutationFn: (input: Input) => Promise<Output>,
  ...touched: QueryKey[]
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => Promise.all(touched.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
