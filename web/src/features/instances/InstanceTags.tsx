// The tags of instances: a field that knows those in use.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { sortedTags } from '@/lib/tags';
import { TagsField } from '@/ui/TagsField';
import { useInstances } from './hooks';

interface Props {
  id: string;
  label?: string;
  help?: string;
  error?: string | null;
  tags: string[];
  onChange: (tags: string[]) => void;
}

export function InstanceTags({ label, help, ...rest }: Props) {
  const { t } = useTranslation();
  const { data } = useInstances();
  const known = useMemo(() => sortedTags((data ?? []).flatMap(({ tags }) => tags)), [data]);
  return (
    <TagsField
      {...rest}
      label={label ?? t('tags.label')}
      help={help ?? t('tags.help')}
      known={known}
      removeLabel={(tag) => t('tags.remove', { tag })}
    />
  );
}
