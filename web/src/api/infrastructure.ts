// Templates, names, hosts, jobs, audit and statistics.
import { apiPath, type Page, request, requestAll, requestItems, segment } from './client';
import type {
  AuditHead,
  AuditRecord,
  BalanceGroup,
  Cluster,
  Host,
  HostChange,
  Job,
  MoveChange,
  Maintenance,
  Name,
  NamesImport,
  Network,
  NewHost,
  NewMaintenance,
  NewName,
  Pool,
  Probe,
  Statistics,
  Template,
} from './types';

export const listTemplates = () => requestAll<Template>('/templates');

export const listNames = () => requestAll<Name>('/names');
export const listFreeNames = () => requestAll<Name>('/names', { free: true });
export const addNames = (items: NewName[]) =>
  request<NamesImport>('/names', { method: 'POST', body: { items } });
export const deleteName = (name: string) =>
  request<void>(`/names/${segment(name)}`, { method: 'DELETE' });

export const listHosts = () => requestAll<Host>('/hosts');
export const getHost = (name: string) => request<Host>(`/hosts/${segment(name)}`);
export const probeHost = (uri: string) =>
  request<Probe>('/hosts/probe', { method: 'POST', body: { uri } });
export const addHost = (body: NewHost) => request<Host>('/hosts', { method: 'POST', body });
export const changeHost = (name: string, body: HostChange) =>
  request<Host>(`/hosts/${segment(name)}`, { method: 'PATCH', body });
export const removeHost = (name: string) =>
  request<void>(`/hosts/${segment(name)}`, { method: 'DELETE' });
export const listPools = (host: string) => requestItems<Pool>(`/hosts/${segment(host)}/pools`);
/** Says that it is the same storage on every host that has it, or no longer. */
export const sharePool = (host: string, pool: string, shared: boolean) =>
  request<Pool>(`/hosts/${segment(host)}/pools/${segment(pool)}`, {
    method: 'PATCH',
    body: { shared },
  });
export const listNetworks = (host: string) =>
  requestItems<Network>(`/hosts/${segment(host)}/networks`);

export const listClusters = () => requestItems<Cluster>('/clusters');
/** Asks hosts whether they could take machines, which may take seconds. */
export const getBalance = async () =>
  (await request<{ groups: BalanceGroup[] }>('/balance')).groups;

const maintenancePath = (host: string) => `/hosts/${segment(host)}/maintenance`;
/** Asks the other hosts about every machine, which may take seconds. */
export const planMaintenance = (host: string, body: NewMaintenance, signal: AbortSignal) =>
  request<Maintenance>(maintenancePath(host), {
    method: 'POST',
    query: { dry_run: true },
    body,
    signal,
  });
export const beginMaintenance = (host: string, body: NewMaintenance) =>
  request<Maintenance>(maintenancePath(host), { method: 'POST', body });
export const endMaintenance = (host: string, bringBack: boolean) =>
  request<Maintenance>(maintenancePath(host), {
    method: 'DELETE',
    query: { bring_back: bringBack },
  });

export const listActiveJobs = () => requestAll<Job>('/jobs', { state: 'active' });
export const listRecentJobs = () => request<Page<Job>>('/jobs', { query: { limit: 50 } });
export const listJobsOf = async (instance: string) =>
  (await request<Page<Job>>('/jobs', { query: { instance, limit: 50 } })).items;
export const changeMove = (id: string, change: MoveChange) =>
  request<Job>(`/jobs/${segment(id)}`, { method: 'PATCH', body: change });
export const cancelJob = (id: string) =>
  request<Job>(`/jobs/${segment(id)}/cancel`, { method: 'POST' });

/** The fields by which the server filters the log. */
export type AuditQuery = Partial<
  Record<'q' | 'actor' | 'object' | 'action' | 'via' | 'result' | 'since' | 'until', string>
>;

export const listAudit = (query: AuditQuery, cursor: string | null) =>
  request<Page<AuditRecord>>('/audit', { query: { ...query, limit: 100, cursor } });
/** The address of a file with all records that match. */
export const auditExport = (query: AuditQuery, format: 'csv' | 'jsonl') =>
  apiPath('/audit/export', { ...query, format });
/** With `check` the whole chain is walked first. */
export const getAuditHead = (check: boolean) =>
  request<AuditHead>('/audit/head', { query: { check: check || null } });

export const getStatistics = () => request<Statistics>('/statistics');
