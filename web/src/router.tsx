// Which page stands at which URL; each page is loaded when it is first visited.
import { createBrowserRouter, Navigate, type RouteObject } from 'react-router';
import { BASE } from './api/base';
import { Frame } from './features/frame/Frame';
import { NotFoundPage, RouteFailure } from './features/frame/NotFoundPage';
import { useSignedIn } from './features/session/hooks';
import { RequireRole, RequireSession } from './features/session/RequireSession';
import { SignInPage } from './features/session/SignInPage';
import { SingleSignOnPage } from './features/session/SingleSignOnPage';

function Home() {
  const { role } = useSignedIn();
  return <Navigate to={role === 'user' ? '/instances' : '/overview'} replace />;
}

const instance: RouteObject = {
  path: 'instances/:id',
  lazy: async () => ({
    Component: (await import('./features/instances/InstancePage')).InstancePage,
  }),
  children: [
    {
      index: true,
      lazy: async () => ({
        Component: (await import('./features/instances/OverviewTab')).OverviewTab,
      }),
    },
    {
      path: 'console',
      lazy: async () => ({ Component: (await import('./features/console/ConsoleTab')).ConsoleTab }),
    },
    {
      path: 'access',
      lazy: async () => ({ Component: (await import('./features/instances/AccessTab')).AccessTab }),
    },
    {
      path: 'activity',
      lazy: async () => ({
        Component: (await import('./features/instances/ActivityTab')).ActivityTab,
      }),
    },
  ],
};

const user: RouteObject = {
  path: 'users/:name',
  lazy: async () => ({ Component: (await import('./features/users/UserPage')).UserPage }),
  children: [
    { index: true, lazy: async () => ({ Component: (await userTabs()).OverviewTab }) },
    { path: 'access', lazy: async () => ({ Component: (await userTabs()).AccessTab }) },
    { path: 'groups', lazy: async () => ({ Component: (await userTabs()).GroupsTab }) },
    { path: 'sign-in', lazy: async () => ({ Component: (await userTabs()).SignInTab }) },
    { path: 'activity', lazy: async () => ({ Component: (await userTabs()).ActivityTab }) },
  ],
};

const userTabs = () => import('./features/users/tabs');

const group: RouteObject = {
  path: 'groups/:name',
  lazy: async () => ({ Component: (await import('./features/groups/GroupPage')).GroupPage }),
  children: [
    {
      index: true,
      lazy: async () => ({ Component: (await import('./features/groups/MembersTab')).MembersTab }),
    },
    { path: 'access', lazy: async () => ({ Component: (await groupTabs()).AccessTab }) },
    { path: 'machines', lazy: async () => ({ Component: (await groupTabs()).MachinesTab }) },
    { path: 'activity', lazy: async () => ({ Component: (await groupTabs()).ActivityTab }) },
  ],
};

const groupTabs = () => import('./features/groups/tabs');

const account: RouteObject = {
  path: 'account',
  lazy: async () => ({ Component: (await import('./features/account/AccountPage')).AccountPage }),
  children: [
    {
      index: true,
      lazy: async () => ({
        Component: (await import('./features/account/OverviewTab')).OverviewTab,
      }),
    },
    {
      path: 'password',
      lazy: async () => ({
        Component: (await import('./features/account/PasswordTab')).PasswordTab,
      }),
    },
    {
      path: 'tokens',
      lazy: async () => ({ Component: (await import('./features/account/TokensTab')).TokensTab }),
    },
    {
      path: 'keys',
      lazy: async () => ({ Component: (await import('./features/account/KeysTab')).KeysTab }),
    },
    {
      path: 'sessions',
      lazy: async () => ({
        Component: (await import('./features/account/SessionsTab')).SessionsTab,
      }),
    },
    {
      path: 'activity',
      lazy: async () => ({
        Component: (await import('./features/account/ActivityTab')).ActivityTab,
      }),
    },
  ],
};

const everybody: RouteObject[] = [
  { index: true, Component: Home },
  {
    path: 'overview',
    lazy: async () => ({
      Component: (await import('./features/overview/OverviewPage')).OverviewPage,
    }),
  },
  {
    path: 'instances',
    lazy: async () => ({
      Component: (await import('./features/instances/InstancesPage')).InstancesPage,
    }),
  },
  {
    path: 'instances/new',
    lazy: async () => ({
      Component: (await import('./features/instances/new/NewInstancePage')).NewInstancePage,
    }),
  },
  instance,
  group,
  account,
  {
    path: 'requests',
    lazy: async () => ({
      Component: (await import('./features/requests/RequestsPage')).RequestsPage,
    }),
  },
  {
    path: 'templates',
    lazy: async () => ({
      Component: (await import('./features/templates/TemplatesPage')).TemplatesPage,
    }),
  },
  {
    path: 'names',
    lazy: async () => ({ Component: (await import('./features/names/NamesPage')).NamesPage }),
  },
  {
    path: 'jobs',
    lazy: async () => ({ Component: (await import('./features/jobs/JobsPage')).JobsPage }),
  },
];

const staff: RouteObject[] = [
  {
    path: 'users',
    lazy: async () => ({ Component: (await import('./features/users/UsersPage')).UsersPage }),
  },
  user,
  {
    path: 'groups',
    lazy: async () => ({ Component: (await import('./features/groups/GroupsPage')).GroupsPage }),
  },
  {
    path: 'activity',
    lazy: async () => ({
      Component: (await import('./features/activity/ActivityPage')).ActivityPage,
    }),
  },
];

const administrators: RouteObject[] = [
  {
    path: 'settings',
    lazy: async () => ({
      Component: (await import('./features/settings/SettingsPage')).SettingsPage,
    }),
  },
  {
    path: 'hosts',
    lazy: async () => ({ Component: (await import('./features/hosts/HostsPage')).HostsPage }),
  },
  {
    path: 'hosts/:name',
    lazy: async () => ({ Component: (await import('./features/hosts/HostPage')).HostPage }),
  },
];

const routes: RouteObject[] = [
  { path: '/sign-in', Component: SignInPage },
  { path: '/single-sign-on', Component: SingleSignOnPage },
  {
    Component: RequireSession,
    ErrorBoundary: RouteFailure,
    HydrateFallback: () => null,
    children: [
      {
        path: '/instances/:id/screen',
        lazy: async () => ({
          Component: (await import('./features/console/ScreenPage')).ScreenPage,
        }),
      },
      {
        path: '/',
        Component: Frame,
        children: [
          {
            ErrorBoundary: RouteFailure,
            children: [
              ...everybody,
              { element: <RequireRole wanted="staff" />, children: staff },
              { element: <RequireRole wanted="administrator" />, children: administrators },
              { path: '*', Component: NotFoundPage },
            ],
          },
        ],
      },
    ],
  },
];

export const router = createBrowserRouter(routes, { basename: BASE || '/' });
