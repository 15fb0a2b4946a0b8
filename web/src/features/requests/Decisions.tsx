// Tells who asked, wherever they are, that a request of theirs was decided.
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Request } from '@/api/types';
import { useToast } from '@/ui/Toasts';
import { useSignedIn } from '../session/hooks';
import { useRequests } from './hooks';
import { decidedSince } from './order';

export function Decisions() {
  const { t } = useTranslation();
  const toast = useToast();
  const { user } = useSignedIn();
  const { data } = useRequests();
  const before = useRef<Request[]>([]);
  useEffect(() => {
    if (!data) return;
    for (const { state, kind, answer } of decidedSince(before.current, data, user)) {
      const title = t(state === 'approved' ? 'requests.toast.approved' : 'requests.toast.refused', {
        what: t(`requests.kind.${kind}`),
      });
      toast({ variant: state === 'approved' ? 'success' : 'warning', title, text: answer });
    }
    before.current = data;
  }, [data, user, t, toast]);
  return null;
}
