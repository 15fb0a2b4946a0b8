// Signing in and out, and who I am.
import { BASE } from './base';
import { ApiError, keepSessionToken, request } from './client';
import type { Me, Session, SignInOptions } from './types';

const isSignedOut = (error: unknown) => error instanceof ApiError && error.problem.status === 401;

export async function getSession(): Promise<Session | null> {
  try {
    return remember(await request<Session>('/session'));
  } catch (error) {
    if (isSignedOut(error)) return remember(null);
    throw error;
  }
}

export async function signIn(username: string, password: string): Promise<Session> {
  const body = { username, password };
  const session = await request<Session>('/session', { method: 'POST', body });
  remember(session);
  return session;
}

export const getSignInOptions = () => request<SignInOptions>('/sign-in-options');

/** As whom the web server in front names. */
export async function signInSingle(): Promise<Session> {
  const session = await request<Session>('/session/single-sign-on', { method: 'POST' });
  remember(session);
  return session;
}

/** The page that the web server in front shows to known people only, for the whole window. */
export const singleSignOnPage = (next: string) =>
  `${BASE}/single-sign-on${next === '/' ? '' : `?next=${encodeURIComponent(next)}`}`;

/** A session that has ended by itself is as good as ended. */
export async function signOut(): Promise<void> {
  await request('/session', { method: 'DELETE' }).catch((error: Error) => {
    if (!isSignedOut(error)) throw error;
  });
  remember(null);
}

export const getMe = () => request<Me>('/me');

function remember(session: Session | null) {
  keepSessionToken(session);
  return session;
}
