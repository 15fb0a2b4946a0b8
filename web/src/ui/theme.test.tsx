// The theme of the document: as chosen, or as the system has it at the moment.
import { act, cleanup, render, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppliedTheme, useTheme } from './theme';

let system: { matches: boolean; turn: (dark: boolean) => void };

beforeEach(() => {
  const listeners = new Set<() => void>();
  system = {
    matches: false,
    turn(dark) {
      this.matches = dark;
      for (const notify of listeners) notify();
    },
  };
  vi.stubGlobal('matchMedia', (query: string) => ({
    get matches() {
      return query.includes('dark') && system.matches;
    },
    addEventListener: (_: string, notify: () => void) => listeners.add(notify),
    removeEventListener: (_: string, notify: () => void) => listeners.delete(notify),
  }));
});

afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.unstubAllGlobals();
});

const isDark = () => document.documentElement.classList.contains('pf-v6-theme-dark');

it('follows the system on every page', () => {
  render(<AppliedTheme />);
  expect(isDark()).toBe(false);
  act(() => system.turn(true));
  expect(isDark()).toBe(true);
  act(() => system.turn(false));
  expect(isDark()).toBe(false);
});

it('is what was chosen elsewhere on the page, and stays so when the system turns', () => {
  render(<AppliedTheme />);
  const { result } = renderHook(() => useTheme());
  act(() => result.current[1]('dark'));
  expect(isDark()).toBe(true);
  expect(result.current[0]).toBe('dark');
  act(() => result.current[1]('light'));
  act(() => system.turn(true));
  expect(isDark()).toBe(false);
});
