// Holds a VNC connection to an instance and opens it again when it breaks.
import type RFB from '@novnc/novnc';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { ApiError } from '@/api/client';
import { openConsole } from '@/api/instances';
import { backoff } from '@/lib/backoff';

export type Phase =
  | { name: 'connecting' }
  | { name: 'connected' }
  /** It moved to another host, which `reason` names; the next connection is on its way. */
  | { name: 'following'; reason: string }
  /** Broken; tries again at `retryAt`. `reason` is the server's sentence, if it gave one. */
  | { name: 'waiting'; reason: string | null; retryAt: number }
  /** Trying again would not help. */
  | { name: 'refused'; reason: string };

/** A connection that held this long was a good one: the next failure starts counting anew. */
const GOOD_AFTER_MS = 5_000;
/** Whatever is refused so soon after a good connection may be the machine's move from host to host. */
const MOVE_MS = 30_000;
/** How the server closes a console whose machine is elsewhere now. */
const MOVED = 4001;

interface Vnc {
  phase: Phase;
  rfb: RefObject<RFB | null>;
  retry: () => void;
}

/** Connects while `enabled`; `target` is the element that the screen is drawn into. */
export function useVnc(
  id: string,
  target: RefObject<HTMLElement | null>,
  enabled: boolean,
  viewOnly: boolean,
): Vnc {
  const [phase, setPhase] = useState<Phase>({ name: 'connecting' });
  const rfb = useRef<RFB | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (!enabled || !target.current) return;
    const connection = new Connection(id, viewOnly, target.current, setPhase, (value) => {
      rfb.current = value;
    });
    void connection.open();
    return () => connection.close();
  }, [id, enabled, viewOnly, attempt]);
  const retry = useCallback(() => setAttempt((n) => n + 1), []);
  return { phase, rfb, retry };
}

/** One console over its reconnects; `close` ends it for good. */
class Connection {
  private failures = 0;
  private lostAt = 0;
  private moved: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private current: RFB | null = null;
  private closed = false;

  constructor(
    private readonly id: string,
    private readonly viewOnly: boolean,
    private readonly target: HTMLElement,
    private readonly onPhase: (phase: Phase) => void,
    private readonly onRfb: (rfb: RFB | null) => void,
  ) {}

  async open() {
    if (this.moved === null) this.onPhase({ name: 'connecting' });
    try {
      const [{ default: Rfb }, ticket] = await Promise.all([
        import('@novnc/novnc'),
        openConsole(this.id, this.viewOnly),
      ]);
      if (this.closed) return;
      const url = new URL(ticket.path, location.href);
      url.protocol = url.protocol.replace('http', 'ws');
      const socket = new WebSocket(url, ['binary', `ourea.ticket.${ticket.ticket}`]);
      this.attach(Rfb, socket, ticket.password);
    } catch (error) {
      this.failed(error);
    }
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.current?.disconnect();
    this.onRfb(null);
  }

  private attach(Rfb: typeof RFB, socket: WebSocket, password: string | null) {
    let reason: string | null = null;
    let code = 0;
    let connectedAt = 0;
    socket.addEventListener('close', (event) => {
      reason = event.reason || null;
      code = event.code;
    });
    const rfb = new Rfb(this.target, socket, { credentials: password ? { password } : {} });
    this.current = rfb;
    rfb.addEventListener('connect', () => {
      connectedAt = Date.now();
      this.moved = null;
      this.onRfb(rfb);
      this.onPhase({ name: 'connected' });
    });
    rfb.addEventListener('disconnect', () => {
      this.current = null;
      this.onRfb(null);
      const held = connectedAt > 0 ? Date.now() - connectedAt : 0;
      if (held > GOOD_AFTER_MS) this.failures = 0;
      if (held > 0) this.lostAt = Date.now();
      if (code === MOVED) this.follow(reason ?? '');
      else this.wait(reason);
    });
  }

  private follow(reason: string) {
    if (this.closed) return;
    this.moved = reason;
    this.onPhase({ name: 'following', reason });
    this.again();
  }

  private failed(error: unknown) {
    const final =
      error instanceof ApiError && error.kind !== 'unavailable' && error.kind !== 'internal';
    if (this.closed) return;
    const mayBeMoving = Date.now() - this.lostAt < MOVE_MS;
    if (final && !mayBeMoving) this.onPhase({ name: 'refused', reason: error.message });
    else this.wait(error instanceof ApiError ? error.message : null);
  }

  private wait(reason: string | null) {
    if (this.closed) return;
    this.moved = null;
    this.onPhase({ name: 'waiting', reason, retryAt: this.again() });
  }

  /** Opens it again soon, and answers when. */
  private again(): number {
    const delay = backoff(this.failures++);
    this.timer = setTimeout(() => void this.open(), delay);
    return Date.now() + delay;
  }
}
