// The bar at the top: name, search, running jobs, theme, who I am.
import {
  Badge,
  Masthead as Bar,
  Button,
  Divider,
  DropdownItem,
  Label,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MastheadToggle,
  PageToggleButton,
  Tooltip,
} from '@patternfly/react-core';
import {
  AdjustIcon,
  ListUlIcon,
  MoonIcon,
  SearchIcon,
  SunIcon,
  UserIcon,
} from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { Menu } from '@/ui/Actions';
import { Logo } from '@/ui/Logo';
import { THEMES, type Theme, useTheme } from '@/ui/theme';
import { isActive, useJobs } from '../jobs/hooks';
import { useMe, useOffers, useSignedIn, useSignOut } from '../session/hooks';
import { allowance, QuotaBars } from '../users/QuotaBars';

interface Props {
  isLive: boolean;
  onSearch: () => void;
}

export function Masthead({ isLive, onSearch }: Props) {
  const { t } = useTranslation();
  return (
    <Bar display={{ default: 'inline' }}>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton isHamburgerButton aria-label={t('frame.navigation')} />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo
            component={(props) => <Link {...props} to="/" aria-label={t('app.name')} />}
          >
            <Logo />
            <span className="ou-brand">{t('app.name')}</span>
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <button type="button" className="ou-search" onClick={onSearch}>
          <SearchIcon />
          <span className="ou-search__text">{t('palette.hint')}</span>
          <kbd>{t('palette.keys')}</kbd>
        </button>
        <div className="ou-masthead__right">
          {!isLive && (
            <Tooltip content={t('frame.notLiveHelp')}>
              <Label color="orange" variant="outline" isCompact>
                {t('frame.notLive')}
              </Label>
            </Tooltip>
          )}
          <RunningJobs />
          <ThemeMenu />
          <UserMenu />
        </div>
      </MastheadContent>
    </Bar>
  );
}

function RunningJobs() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { data = [] } = useJobs();
  const count = data.filter(isActive).length;
  const label = t('jobs.running', { count });
  return (
    <Tooltip content={label}>
      <Button
        variant="plain"
        aria-label={label}
        icon={<ListUlIcon />}
        onClick={() => navigate('/jobs')}
      >
        {count > 0 && <Badge className="ou-jobs-badge">{count}</Badge>}
      </Button>
    </Tooltip>
  );
}

const THEME_ICONS: Record<Theme, typeof SunIcon> = {
  light: SunIcon,
  dark: MoonIcon,
  system: AdjustIcon,
};

function ThemeMenu() {
  const { t } = useTranslation();
  const [theme, setTheme] = useTheme();
  const Icon = THEME_ICONS[theme];
  return (
    <Menu label={t('frame.theme.label')} icon={<Icon />}>
      {THEMES.map((choice) => {
        const ChoiceIcon = THEME_ICONS[choice];
        return (
          <DropdownItem
            key={choice}
            icon={<ChoiceIcon />}
            isSelected={choice === theme}
            onClick={() => setTheme(choice)}
          >
            {t(`frame.theme.${choice}`)}
          </DropdownItem>
        );
      })}
    </Menu>
  );
}

function UserMenu() {
  const { t } = useTranslation();
  const offersRequests = useOffers('requests');
  const { user, role } = useSignedIn();
  const navigate = useNavigate();
  const me = useMe();
  const signOut = useSignOut();
  return (
    <Menu
      label={t('frame.userMenu', { user })}
      text={<span className="ou-user__name">{user}</span>}
      icon={<UserIcon />}
      className="ou-user"
    >
      <li role="none" className="ou-user__facts">
        <strong>{user}</strong>
        <span className="ou-muted">{t(`role.${role}`)}</span>
        {me.data && <QuotaBars {...allowance(me.data)} />}
      </li>
      <Divider component="li" />
      <DropdownItem onClick={() => navigate('/account')}>{t('account.title')}</DropdownItem>
      <DropdownItem onClick={() => navigate('/account/tokens')}>{t('account.tokens')}</DropdownItem>
      <DropdownItem onClick={() => navigate('/account/keys')}>{t('account.keys')}</DropdownItem>
      {offersRequests && (
        <DropdownItem onClick={() => navigate('/requests')}>{t('pages.requests')}</DropdownItem>
      )}
      <Divider component="li" />
      <DropdownItem onClick={() => signOut.mutate()}>{t('session.signOut')}</DropdownItem>
    </Menu>
  );
}
