// Accounts: their quotas, grants, sessions, tokens and what they did.
import { type Page, request, requestAll, requestItems, segment } from './client';
import type {
  AuditRecord,
  HeldGrant,
  NewUser,
  Quota,
  SessionEntry,
  Token,
  User,
  UserChange,
} from './types';

const at = (name: string) => `/users/${segment(name)}`;

export const listUsers = () => requestAll<User>('/users');
export const getUser = (name: string) => request<User>(at(name));
export const addUser = (body: NewUser) => request<User>('/users', { method: 'POST', body });
export const changeUser = (name: string, body: UserChange) =>
  request<User>(at(name), { method: 'PATCH', body });
/** What the account owns goes to `transferTo`, a user or `group:NAME`. */
export const deleteUser = (name: string, transferTo: string | null) =>
  request<void>(at(name), { method: 'DELETE', query: { transfer_to: transferTo } });
export const putQuota = (name: string, body: Quota) =>
  request<Quota>(`${at(name)}/quota`, { method: 'PUT', body });

export const listUserGrants = (name: string) => requestAll<HeldGrant>(`${at(name)}/grants`);

export const listUserSessions = (name: string) =>
  requestItems<SessionEntry>(`${at(name)}/sessions`);
export const endUserSession = (name: string, id: string) =>
  request<void>(`${at(name)}/sessions/${segment(id)}`, { method: 'DELETE' });
export const endUserSessions = (name: string) =>
  request<void>(`${at(name)}/sessions`, { method: 'DELETE' });

export const listUserTokens = (name: string) => requestItems<Token>(`${at(name)}/tokens`);
export const revokeUserToken = (name: string, id: string) =>
  request<void>(`${at(name)}/tokens/${segment(id)}`, { method: 'DELETE' });

export const listUserActivity = (name: string, cursor: string | null) =>
  request<Page<AuditRecord>>(`${at(name)}/activity`, { query: { limit: 50, cursor } });
