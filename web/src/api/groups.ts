// Groups: members, quotas, grants; and what the holders of either kind are lent.
import { type Page, request, requestAll, requestItems, segment } from './client';
import type {
  AuditRecord,
  GrantItem,
  Group,
  HeldGrant,
  Holder,
  Loan,
  NewGroup,
  NewLoan,
  Quota,
} from './types';

const at = (name: string) => `/groups/${segment(name)}`;

export const listGroups = () => requestAll<Group>('/groups');
export const getGroup = (name: string) => request<Group>(at(name));
export const addGroup = (body: NewGroup) => request<Group>('/groups', { method: 'POST', body });
export const changeGroup = (name: string, description: string) =>
  request<Group>(at(name), { method: 'PATCH', body: { description } });
export const deleteGroup = (name: string, transferTo: string | null) =>
  request<void>(at(name), { method: 'DELETE', query: { transfer_to: transferTo } });
export const putGroupQuota = (name: string, body: Quota) =>
  request<Quota>(`${at(name)}/quota`, { method: 'PUT', body });
export const addMember = (name: string, member: Holder) =>
  request<void>(`${at(name)}/members/${segment(member)}`, { method: 'PUT' });
export const removeMember = (name: string, member: Holder) =>
  request<void>(`${at(name)}/members/${segment(member)}`, { method: 'DELETE' });
export const listGroupGrants = (name: string) => requestAll<HeldGrant>(`${at(name)}/grants`);
export const listGroupActivity = (name: string, cursor: string | null) =>
  request<Page<AuditRecord>>(`${at(name)}/activity`, { query: { limit: 50, cursor } });

/** All of them or none. */
export const putGrants = (items: GrantItem[], remove = false) =>
  request<void>('/grants', { method: 'POST', body: { items, remove } });

const loansOf = (holder: Holder) => {
  const [kind, ...name] = holder.split(':');
  return `/${kind}s/${segment(name.join(':'))}/loans`;
};
export const listLoans = (holder: Holder) => requestItems<Loan>(loansOf(holder));
export const lend = (holder: Holder, body: NewLoan) =>
  request<Loan>(loansOf(holder), { method: 'POST', body });
export const endLoan = (id: string) => request<void>(`/loans/${segment(id)}`, { method: 'DELETE' });
