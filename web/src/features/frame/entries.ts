// What the palette finds: machines and what can be done with them, templates, people, pages, commands.
import {
  CatalogIcon,
  DesktopIcon,
  PlusCircleIcon,
  PowerOffIcon,
  ServerIcon,
  ThLargeIcon,
  UserIcon,
  UsersIcon,
} from '@patternfly/react-icons';
import type { TFunction } from 'i18next';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { type NavigateFunction, useNavigate } from 'react-router';
import type { InstanceRow, Template } from '@/api/types';
import { useGroups } from '../groups/hooks';
import { useInstances } from '../instances/hooks';
import { useOffers, useSignedIn, useSignOut } from '../session/hooks';
import { useTemplates } from '../templates/hooks';
import { useUsers } from '../users/hooks';
import { pageLabelKey, visiblePages } from './pages';

export interface Entry {
  key: string;
  icon: ComponentType;
  label: string;
  /** In grey at the end of the line. */
  note: string;
  search: string;
  run: () => void;
}

export function useEntries(): Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: instances = [] } = useInstances();
  const { data: templates = [] } = useTemplates();
  return [
    ...useCommands(),
    ...instances.flatMap((row) => instanceEntries(t, navigate, row)),
    ...templates.map((template) => templateEntry(t, navigate, template)),
    ...usePeople(),
  ];
}

function useCommands(): Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { role } = useSignedIn();
  const offersRequests = useOffers('requests');
  const signOut = useSignOut();
  const command = (key: string, icon: ComponentType, label: string, run: () => void): Entry => ({
    key,
    icon,
    label,
    note: t('palette.kind.command'),
    search: label,
    run,
  });
  const pages = visiblePages(role, offersRequests).map((page): Entry => {
    const label = t(pageLabelKey(page.key, role));
    const run = () => void navigate(page.to);
    return {
      key: page.to,
      icon: ThLargeIcon,
      label,
      note: t('palette.kind.page'),
      search: label,
      run,
    };
  });
  const create = () => void navigate('/instances/new');
  const account = (['title', 'password', 'tokens', 'keys', 'sessions', 'activity'] as const).map(
    (part) => {
      const to = part === 'title' ? '/account' : `/account/${part}`;
      return command(to, UserIcon, t(`account.${part}`), () => void navigate(to));
    },
  );
  return [
    command('new', PlusCircleIcon, t('instances.new'), create),
    ...pages,
    ...account,
    command('out', PowerOffIcon, t('session.signOut'), () => signOut.mutate()),
  ];
}

/** Users and groups, for those who may see them. */
function usePeople(): Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data: users = [] } = useUsers();
  const { data: groups = [] } = useGroups();
  return [
    ...users.map(({ name, full_name, email }): Entry => ({
      key: `user-${name}`,
      icon: UserIcon,
      label: full_name ? `${name} · ${full_name}` : name,
      note: t('holder.user'),
      search: [name, full_name, email].filter(Boolean).join(' '),
      run: () => void navigate(`/users/${encodeURIComponent(name)}`),
    })),
    ...groups.map(({ name, description }): Entry => ({
      key: `group-${name}`,
      icon: UsersIcon,
      label: name,
      note: t('holder.group'),
      search: `${name} ${description}`,
      run: () => void navigate(`/groups/${encodeURIComponent(name)}`),
    })),
  ];
}

function instanceEntries(t: TFunction, navigate: NavigateFunction, row: InstanceRow): Entry[] {
  const to = `/instances/${row.id}`;
  const words = [row.name, row.title, ...row.addresses, ...row.tags].filter(Boolean).join(' ');
  const open: Entry = {
    key: row.id,
    icon: ServerIcon,
    label: row.title ? `${row.name} · ${row.title}` : row.name,
    note: t(`state.${row.state}`),
    search: words,
    run: () => void navigate(to),
  };
  if (row.state !== 'running') return [open];
  const label = t('palette.consoleOf', { name: row.name });
  const run = () => void navigate(`${to}/console`);
  const note = t('palette.kind.command');
  return [open, { key: `${row.id}-c`, icon: DesktopIcon, label, note, search: label, run }];
}

function templateEntry(t: TFunction, navigate: NavigateFunction, template: Template): Entry {
  return {
    key: `template-${template.id}`,
    icon: CatalogIcon,
    label: t('palette.newFrom', { name: template.title ?? template.name }),
    note: t('palette.kind.template'),
    search: `${template.title ?? ''} ${template.name}`,
    run: () => void navigate(`/instances/new?from=${template.id}`),
  };
}
