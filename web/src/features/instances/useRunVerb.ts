// Runs a verb of the life cycle and says how it went.
import { useTranslation } from 'react-i18next';
import type { Verb } from '@/api/instances';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { useVerb } from './hooks';

export function useRunVerb() {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const { mutateAsync, isPending } = useVerb();
  // A promise, because callbacks of the mutation end with the menu that called it.
  const run = (id: string, name: string, verb: Verb) =>
    void mutateAsync({ id, verb }).then(
      () => toast({ variant: 'success', title: t(`verbs.done.${verb}`, { name }) }),
      (error: Error) =>
        toast({
          variant: 'danger',
          title: t('verbs.failed', { verb: t(`verbs.${verb}`), name }),
          text: errorText(error),
        }),
    );
  return { run, isPending };
}
