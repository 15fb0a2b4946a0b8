// What stands where the screen would be when there is none: why, and what helps.
import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
} from '@patternfly/react-core';
import {
  BanIcon,
  DisconnectedIcon,
  InProgressIcon,
  PowerOffIcon,
  ServerIcon,
} from '@patternfly/react-icons';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import type { Instance } from '@/api/types';
import { ReasonButton } from '@/ui/Actions';
import { useNow } from '@/ui/hooks';
import { refusal, screenRefusal } from '../instances/actions';
import { useRunVerb } from '../instances/useRunVerb';
import type { Phase } from './useVnc';

export type ObstacleKind = 'making' | 'host' | 'missing' | 'off' | 'graphics' | 'right';

/** Why there can be no console now; null when there can. */
export function obstacleOf(instance: Instance): ObstacleKind | null {
  if (instance.job?.kind === 'clone') return 'making';
  // On its way from host to host, none may show it for a moment; its console follows.
  if (instance.job?.kind === 'migrate') return null;
  if (instance.state === 'missing') return 'missing';
  if (instance.host_state === 'offline') return 'host';
  if (['shutoff', 'crashed', 'unknown'].includes(instance.state)) return 'off';
  if (!instance.graphics.some(({ type }) => type === 'vnc')) return 'graphics';
  return screenRefusal(instance, 'refused') === null ? null : 'right';
}

const ICONS: Record<ObstacleKind, ComponentType> = {
  making: InProgressIcon,
  host: ServerIcon,
  missing: ServerIcon,
  off: PowerOffIcon,
  graphics: BanIcon,
  right: BanIcon,
};

export function Obstacle({ instance, kind }: { instance: Instance; kind: ObstacleKind }) {
  const { t } = useTranslation();
  const reason = screenRefusal(instance, t('error.notAllowed'));
  const text =
    kind === 'right' && reason
      ? reason
      : t(`console.obstacle.${kind}.text`, { host: instance.host ?? '' });
  return (
    <Message icon={ICONS[kind]} title={t(`console.obstacle.${kind}.title`)} text={text}>
      {kind === 'off' && <StartButton instance={instance} />}
    </Message>
  );
}

function StartButton({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const { run, isPending } = useRunVerb();
  return (
    <ReasonButton
      reason={refusal(instance, 'start', t('error.notAllowed'))}
      isLoading={isPending}
      onClick={() => run(instance.id, instance.name, 'start')}
    >
      {t('verbs.start')}
    </ReasonButton>
  );
}

export function ConsoleNotice({ phase, onRetry }: { phase: Phase; onRetry: () => void }) {
  const { t } = useTranslation();
  const now = useNow(500);
  const retry = (
    <Button variant="secondary" onClick={onRetry}>
      {t('console.retry')}
    </Button>
  );
  if (phase.name === 'refused') {
    return (
      <Message icon={BanIcon} title={t('console.refused')} text={phase.reason}>
        {retry}
      </Message>
    );
  }
  if (phase.name === 'waiting') {
    const seconds = Math.max(0, Math.ceil((phase.retryAt - now) / 1000));
    const again = t('console.again', { count: seconds });
    const text = [phase.reason, again].filter(Boolean).join(' ');
    return (
      <Message icon={DisconnectedIcon} title={t('console.broken')} text={text}>
        {retry}
      </Message>
    );
  }
  if (phase.name === 'following') {
    return <Message icon={InProgressIcon} title={t('console.following')} text={phase.reason} />;
  }
  return (
    <Message
      icon={InProgressIcon}
      title={t('console.connecting')}
      text={t('console.connectingHelp')}
    />
  );
}

interface MessageProps {
  icon: ComponentType;
  title: string;
  text: string;
  children?: React.ReactNode;
}

function Message({ icon, title, text, children }: MessageProps) {
  return (
    <div className="ou-console__notice" role="status">
      <EmptyState variant="sm" icon={icon} titleText={title} headingLevel="h2">
        <EmptyStateBody>{text}</EmptyStateBody>
        {children && (
          <EmptyStateFooter>
            <EmptyStateActions>{children}</EmptyStateActions>
          </EmptyStateFooter>
        )}
      </EmptyState>
    </div>
  );
}
