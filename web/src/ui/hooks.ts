// Small hooks about the window: its width, the clock, keys, a delayed value.
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (notify) => {
      const list = matchMedia(query);
      list.addEventListener('change', notify);
      return () => list.removeEventListener('change', notify);
    },
    () => matchMedia(query).matches,
  );
}

/** Where the table becomes cards. */
export const usePhone = () => useMedia('(max-width: 768px)');

/** The time, renewed now and then, for "2 minutes ago". */
export function useNow(every = 15_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

export function useDelayed<T>(value: T, milliseconds: number): T {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return delayed;
}

/**
 * A field whose value lives elsewhere, in the URL say, and follows after a pause of typing. What
 * comes back of what was sent does not overwrite the letters that were typed since.
 */
export function useTyped(value: string, commit: (typed: string) => void, milliseconds = 300) {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      commit(typed);
    }, milliseconds);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped] as const;
}
