// The page of one account or group: what is shown until it is there, its header, and its tabs.
import { PageSection } from '@patternfly/react-core';
import { UnknownIcon } from '@patternfly/react-icons';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ComponentProps, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet } from 'react-router';
import { ApiError } from '@/api/client';
import { SkeletonLines } from '@/ui/Feedback';
import { PageHeader } from '@/ui/PageHeader';
import { TabNav } from '@/ui/TabNav';
import { DeadEnd } from '../frame/DeadEnd';
import { QueryFailure } from '../QueryFailure';

interface LoadedProps<T> {
  query: UseQueryResult<T>;
  /** The words for what does not exist, or not any more. */
  gone: string;
  goneHelp: string;
  onward: { to: string; label: string };
  children: (loaded: T) => ReactNode;
}

export function WhenLoaded<T>({ query, gone, goneHelp, onward, children }: LoadedProps<T>) {
  const { t } = useTranslation();
  if (query.error instanceof ApiError && query.error.problem.status === 404) {
    return (
      <DeadEnd
        icon={UnknownIcon}
        heading={t('error.notFound')}
        title={gone}
        text={goneHelp}
        onward={onward}
      />
    );
  }
  if (query.data) return children(query.data);
  return (
    <PageSection>
      {query.error ? (
        <QueryFailure query={query} />
      ) : (
        <SkeletonLines lines={8} label={t('app.loading')} />
      )}
    </PageSection>
  );
}

interface Props {
  header: ComponentProps<typeof PageHeader>;
  tabs: ComponentProps<typeof TabNav>;
  /** What every tab is given. */
  context: unknown;
}

export function TabbedPage({ header, tabs, context }: Props) {
  return (
    <>
      <PageHeader {...header} />
      <TabNav {...tabs} />
      <PageSection isFilled className="ou-tab">
        <Outlet context={context} />
      </PageSection>
    </>
  );
}
