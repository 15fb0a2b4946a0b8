// The cluster of a host: one that there is, or a new one.
import { useTranslation } from 'react-i18next';
import { TextField } from '@/ui/Field';
import { clustersOf } from './clusters';
import { useHosts } from './hooks';

interface Props {
  value: string;
  onChange: (cluster: string) => void;
  error: string | null;
}

export function ClusterField({ value, onChange, error }: Props) {
  const { t } = useTranslation();
  const { data = [] } = useHosts();
  return (
    <TextField
      id="host-cluster"
      label={t('clusters.field')}
      help={t('clusters.fieldHelp')}
      options={clustersOf(data)}
      autoComplete="off"
      value={value}
      onChange={onChange}
      error={error}
    />
  );
}
