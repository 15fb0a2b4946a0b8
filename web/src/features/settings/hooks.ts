// The settings of the site as server state.
import { useQuery } from '@tanstack/react-query';
import * as api from '@/api/settings';
import { keys } from '../keys';
import { useRole } from '../session/hooks';
import { useChange } from '../useChange';

export function useSettings() {
  const isAdministrator = useRole('administrator');
  return useQuery({
    queryKey: keys.settings,
    queryFn: api.getSettings,
    enabled: isAdministrator,
  });
}

export const usePutSettings = () => useChange(api.putSettings, keys.settings);
