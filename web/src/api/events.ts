// The stream of server-sent events: one per tab, opened again with back-off when it is closed.
import { backoff } from '@/lib/backoff';
import { apiPath } from './client';
import type { Group, Host, InstanceRow, Job, Request, User } from './types';

export type Change =
  | { kind: 'instance'; id: string; row: InstanceRow | null }
  | { kind: 'job'; id: string; row: Job | null }
  | { kind: 'host'; id: string; row: Host | null }
  | { kind: 'user'; id: string; row: User | null }
  | { kind: 'group'; id: string; row: Group | null }
  | { kind: 'request'; id: string; row: Request | null }
  | { kind: 'stats'; items: [string, number | null, number | null][] }
  | { kind: 'reset' };

const KINDS = ['instance', 'job', 'host', 'user', 'group', 'request', 'stats', 'reset'] as const;

/** Calls `onChange` for every event; after a gap that the server cannot fill, with `reset`. */
export function subscribe(
  onChange: (change: Change) => void,
  onState: (live: boolean) => void,
): () => void {
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let opened = false;

  const open = () => {
    source = new EventSource(apiPath('/events'));
    const afresh = opened;
    source.onopen = () => {
      if (afresh && failures > 0) onChange({ kind: 'reset' });
      failures = 0;
      opened = true;
      onState(true);
    };
    source.onerror = () => {
      onState(false);
      if (source?.readyState !== EventSource.CLOSED) return;
      timer = setTimeout(open, backoff(failures++));
    };
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => onChange(JSON.parse((event as MessageEvent).data)));
    }
  };
  open();
  return () => {
    clearTimeout(timer);
    source?.close();
  };
}
