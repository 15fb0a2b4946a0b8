// The settings of the site.
import { request } from './client';
import type { Settings, SettingsInput } from './types';

export const getSettings = () => request<Settings>('/settings');
export const putSettings = (body: SettingsInput) =>
  request<Settings>('/settings', { method: 'PUT', body });
