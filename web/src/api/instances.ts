// Instances: list, one, life cycle, creation, deletion, grants, console, screenshot.
import { apiPath, type Page, request, requestAll, requestItems, segment, send } from './client';
import type {
  AuditRecord,
  ConsoleTicket,
  DeletionPlan,
  DiskChange,
  EffectiveRights,
  Grant,
  GrowthPlan,
  Instance,
  InstanceChange,
  InstanceRow,
  Job,
  MigrationTarget,
  NewDisk,
  NewInstance,
  NewMigration,
  NewSize,
  Plan,
  Rights,
} from './types';

export type Verb = 'start' | 'shutdown' | 'reboot' | 'reset' | 'stop' | 'suspend' | 'resume';

const at = (id: string) => `/instances/${segment(id)}`;

export const listInstances = (signal?: AbortSignal) =>
  requestAll<InstanceRow>('/instances', { sort: 'name' }, signal);

export const getInstance = (id: string) => request<Instance>(at(id));

export const planInstance = (body: NewInstance, signal?: AbortSignal) =>
  request<Plan>('/instances', { method: 'POST', body, query: { dry_run: true }, signal });

export const createInstance = (body: NewInstance) =>
  request<{ job: Job }>('/instances', { method: 'POST', body });

export const createInstancePath = () => apiPath('/instances');

export const changeInstance = (id: string, body: InstanceChange) =>
  request<Instance>(at(id), { method: 'PATCH', body });

export const resizeInstance = (id: string, body: NewSize) =>
  request<Instance | { job: Job }>(at(id), { method: 'PATCH', body });

export const planSize = (id: string, body: NewSize, signal?: AbortSignal) =>
  request<GrowthPlan>(at(id), { method: 'PATCH', body, query: { dry_run: true }, signal });

export const addDisk = (id: string, body: NewDisk) =>
  request<{ job: Job }>(`${at(id)}/disks`, { method: 'POST', body });

export const planDisk = (id: string, body: NewDisk, signal?: AbortSignal) =>
  request<GrowthPlan>(`${at(id)}/disks`, {
    method: 'POST',
    body,
    query: { dry_run: true },
    signal,
  });

const disk = (id: string, target: string) => `${at(id)}/disks/${segment(target)}`;

export const growDisk = (id: string, target: string, body: DiskChange) =>
  request<{ job: Job }>(disk(id, target), { method: 'PATCH', body });

export const planGrowth = (id: string, target: string, body: DiskChange, signal?: AbortSignal) =>
  request<GrowthPlan>(disk(id, target), {
    method: 'PATCH',
    body,
    query: { dry_run: true },
    signal,
  });

export const runVerb = (id: string, verb: Verb) =>
  request<Instance>(`${at(id)}/${verb}`, { method: 'POST' });

export const planDeletion = (id: string) =>
  request<DeletionPlan>(at(id), { method: 'DELETE', query: { volumes: true, dry_run: true } });

export const deleteInstance = (id: string) =>
  request<{ job: Job }>(at(id), { method: 'DELETE', query: { volumes: true } });

/** The hosts are asked, which may take some seconds. */
export const listMigrationTargets = (id: string) =>
  requestItems<MigrationTarget>(`${at(id)}/migrate/targets`);

export const migrateInstance = (id: string, body: NewMigration) =>
  request<{ job: Job }>(`${at(id)}/migrate`, { method: 'POST', body });

export const openConsole = (id: string, viewOnly: boolean) =>
  request<ConsoleTicket>(`${at(id)}/console`, {
    method: 'POST',
    body: { kind: 'vnc', view_only: viewOnly },
  });

export const getScreenshot = async (id: string) => (await send(`${at(id)}/screenshot`)).blob();

export const listGrants = (id: string) => requestItems<Grant>(`${at(id)}/grants`);

export const putGrant = (id: string, grantee: string, rights: Rights) =>
  request<Grant>(`${at(id)}/grants/${segment(grantee)}`, { method: 'PUT', body: rights });

export const deleteGrant = (id: string, grantee: string) =>
  request<void>(`${at(id)}/grants/${segment(grantee)}`, { method: 'DELETE' });

export const getEffectiveRights = (id: string, user: string) =>
  request<EffectiveRights>(`${at(id)}/rights/${segment(user)}`);

export const listActivity = (id: string, cursor: string | null) =>
  request<Page<AuditRecord>>(`${at(id)}/activity`, { query: { limit: 50, cursor } });
