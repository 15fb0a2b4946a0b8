// Whose an instance is, in words.
import type { TFunction } from 'i18next';
import { holderName, holderOf, kindOf } from '@/lib/holder';

export function ownerText(t: TFunction, owner: string): string {
  const holder = holderOf(owner);
  const name = holderName(holder);
  return kindOf(holder) === 'group' ? t('instances.ownerGroup', { name }) : name;
}
