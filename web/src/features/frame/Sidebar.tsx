// The navigation on the left.
import { Badge, Nav, NavGroup, NavItem, NavList } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { useRequests } from '../requests/hooks';
import { useOffers, useSignedIn } from '../session/hooks';
import { groupOf, type PageLink, pageLabelKey, visiblePages } from './pages';

export function Sidebar() {
  const { t } = useTranslation();
  const { role } = useSignedIn();
  const offersRequests = useOffers('requests');
  const visible = visiblePages(role, offersRequests);
  const group = (name: PageLink['group']) => visible.filter((page) => groupOf(page, role) === name);
  return (
    <Nav aria-label={t('frame.navigation')}>
      <NavList>
        {group('main').map((page) => (
          <Item key={page.key} page={page} />
        ))}
      </NavList>
      {(['people', 'infrastructure'] as const).map(
        (name) =>
          group(name).length > 0 && (
            <NavGroup key={name} title={t(`frame.group.${name}`)}>
              {group(name).map((page) => (
                <Item key={page.key} page={page} />
              ))}
            </NavGroup>
          ),
      )}
    </Nav>
  );
}

function Item({ page }: { page: PageLink }) {
  const { t } = useTranslation();
  const { role } = useSignedIn();
  const { pathname } = useLocation();
  const active = pathname === page.to || pathname.startsWith(`${page.to}/`);
  return (
    <NavItem isActive={active}>
      <Link to={page.to} aria-current={active ? 'page' : undefined}>
        {t(pageLabelKey(page.key, role))}
        {page.key === 'requests' && <OpenRequests />}
      </Link>
    </NavItem>
  );
}

function OpenRequests() {
  const { t } = useTranslation();
  const { data = [] } = useRequests();
  const count = data.filter(({ state }) => state === 'open').length;
  if (count === 0) return null;
  return (
    <Badge className="ou-nav__badge" screenReaderText={t('requests.open', { count })}>
      {count}
    </Badge>
  );
}
