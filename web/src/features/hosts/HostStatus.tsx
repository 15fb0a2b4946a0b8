// The state of a host: icon, word and colour.
import { useTranslation } from 'react-i18next';
import type { HostState } from '@/api/types';
import { Status, type StatusKind } from '@/ui/Status';

const KINDS: Record<HostState, StatusKind> = {
  connecting: 'busy',
  online: 'good',
  offline: 'failed',
  maintenance: 'maintenance',
};

export function HostStatus({ state }: { state: HostState }) {
  const { t } = useTranslation();
  return <Status kind={KINDS[state]}>{t(`host.state.${state}`)}</Status>;
}
