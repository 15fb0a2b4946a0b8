// The pages that there are, who sees them, and how they are grouped.
import type { Role } from '@/api/types';
import { atLeast } from '../session/hooks';

export interface PageLink {
  key:
    | 'overview'
    | 'instances'
    | 'templates'
    | 'names'
    | 'users'
    | 'groups'
    | 'requests'
    | 'activity'
    | 'hosts'
    | 'settings';
  to: string;
  role: Role;
  group: 'main' | 'people' | 'infrastructure';
}

const PAGES: PageLink[] = [
  { key: 'overview', to: '/overview', role: 'user', group: 'main' },
  { key: 'instances', to: '/instances', role: 'user', group: 'main' },
  { key: 'templates', to: '/templates', role: 'user', group: 'main' },
  { key: 'names', to: '/names', role: 'user', group: 'main' },
  { key: 'users', to: '/users', role: 'staff', group: 'people' },
  { key: 'groups', to: '/groups', role: 'staff', group: 'people' },
  { key: 'requests', to: '/requests', role: 'user', group: 'people' },
  { key: 'activity', to: '/activity', role: 'staff', group: 'people' },
  { key: 'hosts', to: '/hosts', role: 'administrator', group: 'infrastructure' },
  { key: 'settings', to: '/settings', role: 'administrator', group: 'infrastructure' },
];

export const visiblePages = (role: Role, offersRequests: boolean) =>
  PAGES.filter((page) => atLeast(role, page.role) && (page.key !== 'requests' || offersRequests));

/** Where those who run the site have a heading, an ordinary user has one short list. */
export const groupOf = (page: PageLink, role: Role) => (role === 'user' ? 'main' : page.group);

/** Ordinary users have machines; those who run the site have instances. */
export const pageLabelKey = (key: PageLink['key'], role: Role) =>
  key === 'instances' && role === 'user' ? ('pages.mine' as const) : (`pages.${key}` as const);
