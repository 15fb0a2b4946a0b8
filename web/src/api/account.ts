// My own account: password, tokens, SSH keys, sessions.
import { apiPath, request, requestItems, segment } from './client';
import type { MadeToken, NewToken, SessionEntry, SshKey, Token } from './types';

export const listTokens = () => requestItems<Token>('/me/tokens');
export const makeToken = (body: NewToken) =>
  request<MadeToken>('/me/tokens', { method: 'POST', body });
export const revokeToken = (id: string) =>
  request<void>(`/me/tokens/${segment(id)}`, { method: 'DELETE' });
/** Where a script that holds a token begins. */
export const mePath = () => apiPath('/me');

export const listSessions = () => requestItems<SessionEntry>('/me/sessions');
export const endSession = (id: string) =>
  request<void>(`/me/sessions/${segment(id)}`, { method: 'DELETE' });
export const endOtherSessions = () => request<void>('/me/sessions', { method: 'DELETE' });

export const listKeys = () => requestItems<SshKey>('/me/ssh-keys');
export const addKey = (body: { title: string | null; public_key: string }) =>
  request<SshKey>('/me/ssh-keys', { method: 'POST', body });
export const deleteKey = (id: string) =>
  request<void>(`/me/ssh-keys/${segment(id)}`, { method: 'DELETE' });
