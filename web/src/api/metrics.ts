// The figures of hosts and machines over time.
import type { Span } from '@/lib/series';
import { request, segment } from './client';
import type { HostMetrics, InstanceMetrics } from './types';

export const getInstanceMetrics = (id: string, span: Span) =>
  request<InstanceMetrics>(`/instances/${segment(id)}/metrics`, { query: { span } });
export const getHostMetrics = (name: string, span: Span) =>
  request<HostMetrics>(`/hosts/${segment(name)}/metrics`, { query: { span } });
