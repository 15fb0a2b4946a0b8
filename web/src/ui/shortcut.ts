// Ctrl-K (⌘K) and "/" from anywhere, except "/" while writing.
import { useEffect, useRef } from 'react';

export function useShortcut(action: () => void) {
  const current = useRef(action);
  useEffect(() => {
    current.current = action;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!isSearchKey(event) || document.querySelector('[role="dialog"]')) return;
      event.preventDefault();
      current.current();
    };
    // The console takes every key for the guest; capturing first would take them away from it.
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

function isSearchKey(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement;
  if (target.closest('canvas')) return false;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') return true;
  const writing = target.closest('input, textarea, select, [contenteditable]');
  return event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !writing;
}
