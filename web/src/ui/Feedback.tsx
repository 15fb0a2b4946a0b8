// What stands where data is missing: nothing yet, nothing found, or something went wrong.
import {
  AlertActionLink,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  Skeleton,
} from '@patternfly/react-core';
import type { ComponentType, ReactNode } from 'react';
import { Notice } from './Notice';

interface EmptyProps {
  icon: ComponentType;
  title: string;
  children: ReactNode;
  action?: ReactNode;
}

export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <EmptyState variant="sm" icon={icon} titleText={title} headingLevel="h2">
      <EmptyStateBody>{children}</EmptyStateBody>
      {action && (
        <EmptyStateFooter>
          <EmptyStateActions>{action}</EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}

interface FailureProps {
  title: string;
  text: string;
  retryLabel?: string;
  onRetry?: () => void;
}

export function Failure({ title, text, retryLabel, onRetry }: FailureProps) {
  const retry = onRetry && <AlertActionLink onClick={onRetry}>{retryLabel}</AlertActionLink>;
  return (
    <div role="alert">
      <Notice variant="danger" title={title} actionLinks={retry}>
        {text}
      </Notice>
    </div>
  );
}

export function SkeletonLines({ lines, label }: { lines: number; label: string }) {
  return (
    <div className="ou-skeleton">
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton
          key={index}
          width={`${90 - ((index * 17) % 40)}%`}
          screenreaderText={index === 0 ? label : undefined}
        />
      ))}
    </div>
  );
}
