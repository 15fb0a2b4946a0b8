// Tabs that are links: each has a URL, opens in a new window, and works with the back button.
import { useEffect, useRef } from 'react';
import { NavLink, useLocation } from 'react-router';

interface Props {
  label: string;
  tabs: { to: string; text: string; isIndex?: boolean }[];
}

export function TabNav({ label, tabs }: Props) {
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);
  // Where not all tabs fit, the one that is open is in sight.
  useEffect(() => {
    const open = nav.current?.querySelector<HTMLElement>('[aria-current=page]');
    if (open && nav.current) nav.current.scrollLeft = open.offsetLeft - nav.current.offsetLeft - 48;
  }, [pathname]);
  return (
    <nav ref={nav} className="ou-tabs" aria-label={label}>
      {tabs.map(({ to, text, isIndex }) => (
        <NavLink key={to} to={to} end={isIndex ?? false} className="ou-tabs__tab">
          {text}
        </NavLink>
      ))}
    </nav>
  );
}
