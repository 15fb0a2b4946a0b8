// Light, dark or as the system: kept in the browser, applied to the document.
import { useEffect, useSyncExternalStore } from 'react';
import { useMedia } from './hooks';

export const THEMES = ['light', 'dark', 'system'] as const;
export type Theme = (typeof THEMES)[number];

// public/theme.js reads the same key before the first paint.
const KEY = 'ourea.theme';

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === value) ?? 'system';
}

const listeners = new Set<() => void>();

/** Also told what another window chooses. */
function subscribe(notify: () => void) {
  listeners.add(notify);
  window.addEventListener('storage', notify);
  return () => {
    listeners.delete(notify);
    window.removeEventListener('storage', notify);
  };
}

function choose(theme: Theme) {
  localStorage.setItem(KEY, theme);
  for (const notify of listeners) notify();
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  return [useSyncExternalStore(subscribe, stored), choose];
}

/** Stands once around all pages, those without a frame included. */
export function AppliedTheme() {
  const [theme] = useTheme();
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const onPaper = useMedia('print');
  const dark = !onPaper && (theme === 'dark' || (theme === 'system' && systemDark));
  useEffect(() => {
    document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
  }, [dark]);
  return null;
}
