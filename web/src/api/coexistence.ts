// Machines that others change, too: what differs, who a new one may have been, whose it becomes.
import { request, requestItems, segment } from './client';
import type { Drift, GrowthPlan, Instance, Predecessor } from './types';

const at = (id: string) => `/instances/${segment(id)}`;

export const getDrift = (id: string) => request<Drift>(`${at(id)}/drift`);

export const acceptDrift = (id: string) =>
  request<Instance>(`${at(id)}/drift/accept`, { method: 'POST' });

export const listPredecessors = (id: string) => requestItems<Predecessor>(`${at(id)}/predecessors`);

export const takeOver = (id: string, from: string) =>
  request<Instance>(`${at(id)}/take-over`, { method: 'POST', body: { from } });

export const planOwner = (id: string, owner: string) =>
  request<GrowthPlan>(at(id), { method: 'PATCH', body: { owner }, query: { dry_run: true } });
