// Light, dark or as the system: kept in the browser, applied to the document.
import { useEffect, useState } from 'react';
import { useMedia } from './hooks';

export const THEMES = ['light', 'dark', 'system'] as const;
export type Theme = (typeof THEMES)[number];

// public/theme.js reads the same key before the first paint.
const KEY = 'ourea.theme';

function stored(): Theme {
  const value = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === value) ?? 'system';
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(stored);
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const onPaper = useMedia('print');
  const dark = !onPaper && (theme === 'dark' || (theme === 'system' && systemDark));
  useEffect(() => {
    document.documentElement.classList.toggle('pf-v6-theme-dark', dark);
  }, [dark]);
  const change = (next: Theme) => {
    localStorage.setItem(KEY, next);
    setTheme(next);
  };
  return [theme, change];
}
