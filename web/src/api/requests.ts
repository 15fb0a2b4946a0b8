// What people ask for, and what is decided about it.
import { request, requestAll, segment } from './client';
import type { Approval, NewRequest, Request } from './types';

const decide = (id: string, verb: string, body?: object) =>
  request<Request>(`/requests/${segment(id)}/${verb}`, { method: 'POST', body });

export const listRequests = () => requestAll<Request>('/requests');
export const ask = (body: NewRequest) => request<Request>('/requests', { method: 'POST', body });
export const approve = (id: string, body: Approval) => decide(id, 'approve', body);
export const refuse = (id: string, answer: string) => decide(id, 'refuse', { answer });
export const withdraw = (id: string) => decide(id, 'withdraw');
