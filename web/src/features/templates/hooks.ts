// The templates that I may clone.
import { useQuery } from '@tanstack/react-query';
import { listTemplates } from '@/api/infrastructure';
import { keys } from '../keys';

export function useTemplates() {
  return useQuery({ queryKey: keys.templates, queryFn: listTemplates });
}
