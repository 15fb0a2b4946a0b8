// A state as icon, word and colour together, never as colour alone.
import { Spinner } from '@patternfly/react-core';
import {
  BanIcon,
  CheckCircleIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
  ExternalLinkAltIcon,
  InboxIcon,
  MoonIcon,
  PauseIcon,
  PlayIcon,
  PowerOffIcon,
  QuestionCircleIcon,
  WrenchIcon,
} from '@patternfly/react-icons';
import type { ReactNode } from 'react';

export type StatusKind =
  | 'running'
  | 'paused'
  | 'asleep'
  | 'off'
  | 'failed'
  | 'missing'
  | 'busy'
  | 'waiting'
  | 'good'
  | 'warning'
  | 'maintenance'
  | 'outside'
  | 'ended';

type Color = 'green' | 'yellow' | 'grey' | 'red' | 'orange' | 'blue' | 'purple';

const LOOKS: Record<StatusKind, { color: Color; icon: ReactNode }> = {
  running: { color: 'green', icon: <PlayIcon /> },
  paused: { color: 'yellow', icon: <PauseIcon /> },
  asleep: { color: 'purple', icon: <MoonIcon /> },
  off: { color: 'grey', icon: <PowerOffIcon /> },
  failed: { color: 'red', icon: <ExclamationCircleIcon /> },
  missing: { color: 'orange', icon: <QuestionCircleIcon /> },
  busy: { color: 'blue', icon: <Spinner isInline aria-hidden="true" /> },
  waiting: { color: 'blue', icon: <InboxIcon /> },
  good: { color: 'green', icon: <CheckCircleIcon /> },
  warning: { color: 'orange', icon: <ExclamationTriangleIcon /> },
  maintenance: { color: 'purple', icon: <WrenchIcon /> },
  ended: { color: 'grey', icon: <BanIcon /> },
  outside: { color: 'orange', icon: <ExternalLinkAltIcon /> },
};

/**
 * Written with the classes of PatternFly's label rather than its component, which measures its own
 * text after every rendering: in a long list that made scrolling jerk.
 */
export function Status({ kind, children }: { kind: StatusKind; children: ReactNode }) {
  const { color, icon } = LOOKS[kind];
  return (
    <span className={`pf-v6-c-label pf-m-outline pf-m-compact pf-m-${color} ou-status`}>
      <span className="pf-v6-c-label__content">
        <span className="pf-v6-c-label__icon">{icon}</span>
        <span className="pf-v6-c-label__text">{children}</span>
      </span>
    </span>
  );
}
