// Who is signed in, what they may use, signing in and out.
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import * as api from '@/api/session';
import type { Role, Session } from '@/api/types';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { keys } from '../keys';
import { forgetLeaving, rememberLeaving } from './left';

export function useSession() {
  return useQuery({ queryKey: keys.session, queryFn: api.getSession, staleTime: Infinity });
}

/** The session inside the frame, where there always is one; what is still shown when it ends keeps it. */
export function useSignedIn(): Session {
  const { data } = useSession();
  const last = useRef(data);
  if (data) last.current = data;
  if (!last.current) throw new Error('used outside of a session');
  return last.current;
}

const RANKS: Record<Role, number> = { user: 0, staff: 1, administrator: 2 };

export const atLeast = (role: Role, wanted: Role) => RANKS[role] >= RANKS[wanted];

/** Whether I am of this role or a higher one. */
export const useRole = (wanted: Role) => atLeast(useSignedIn().role, wanted);

export function useMe() {
  return useQuery({ queryKey: keys.me, queryFn: api.getMe });
}

type Verb = 'see' | 'manage' | 'appoint';
type Things = 'users' | 'groups' | 'requests' | 'audit' | 'settings';

/** Null when I have the capability, else why not and who does. */
export function useRefusal(verb: Verb, things: Things): string | null {
  const { t } = useTranslation();
  const { data } = useMe();
  if (!data || data.capabilities.includes(`${things}.${verb}`)) return null;
  return data.read_only ? t('error.readOnly') : t('error.noCapability');
}

/** Whether the server has this part at all. */
export function useOffers(part: 'requests' | 'loans'): boolean {
  const { data } = useMe();
  return data?.capabilities.includes(`${part}.see`) ?? false;
}

/** Why I may not change things although my role may; null when I may. */
export function useReadOnly(): string | null {
  const { t } = useTranslation();
  const { data } = useMe();
  return data?.read_only ? t('error.readOnly') : null;
}

export function useSignInOptions() {
  return useQuery({ queryKey: keys.signInOptions, queryFn: api.getSignInOptions });
}

/** Nothing of whoever was here before is left over for the one who came in. */
function useCameIn() {
  const client = useQueryClient();
  return (session: Session) => {
    forgetLeaving();
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
    client.setQueryData(keys.session, session);
  };
}

export function useSignIn() {
  return useMutation({
    mutationFn: ({ name, password }: { name: string; password: string }) =>
      api.signIn(name, password),
    onSuccess: useCameIn(),
  });
}

export function useSingleSignOn() {
  return useMutation({ mutationFn: api.signInSingle, onSuccess: useCameIn() });
}

export function useSignOut() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const toast = useToast();
  const errorText = useErrorText();
  return useMutation({
    mutationFn: api.signOut,
    onError: (error) =>
      toast({ variant: 'danger', title: t('session.stillSignedIn'), text: errorText(error) }),
    onSuccess: () => {
      rememberLeaving(client.getQueryData<Session>(keys.session)?.sign_out_note ?? null);
      client.setQueryData(keys.session, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== keys.session[0] });
    },
  });
}
