// What a request asks for, and what was given, in words.
import { useTranslation } from 'react-i18next';
import type { Request } from '@/api/types';
import { dateMinute, gib, mib } from '@/lib/format';
import { useAmountText } from '../people/QuotaCard';
import { useTemplates } from '../templates/hooks';

/** What was given in the end; null while nothing was. */
export function useGiven() {
  const { t } = useTranslation();
  const amounts = useAmountText();
  return ({ granted }: Request): string | null => {
    if (!granted?.quota) return null;
    const what = amounts(granted.quota);
    if (!granted.expires_at) return t('requests.given', { what });
    return t('requests.givenUntil', { what, until: dateMinute(granted.expires_at) });
  };
}

export function useWanted() {
  const { t } = useTranslation();
  const amounts = useAmountText();
  const { data: templates = [] } = useTemplates();
  return ({ kind, quota, instance }: Request): string => {
    if (kind === 'quota') return t('requests.wantsQuota', { what: amounts(quota ?? {}) });
    if (!instance) return t('requests.wantsInstance');
    const source = templates.find(({ id }) => id === instance.from);
    const size = [
      instance.name,
      source && t('requests.from', { name: source.title ?? source.name }),
      instance.vcpus && t('instances.vcpus', { count: instance.vcpus }),
      instance.memory_mib && mib(instance.memory_mib),
      instance.disk_gib && gib(instance.disk_gib),
    ];
    return [t('requests.wantsInstance'), size.filter(Boolean).join(', ')]
      .filter(Boolean)
      .join(': ');
  };
}
