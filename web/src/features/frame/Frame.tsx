// What surrounds every page: masthead, navigation, tasks, palette, dialogs and messages.
import { Page, PageSidebar, PageSidebarBody, SkipToContent } from '@patternfly/react-core';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet } from 'react-router';
import { SkeletonLines } from '@/ui/Feedback';
import { useShortcut } from '@/ui/shortcut';
import { Toasts } from '@/ui/Toasts';
import { InstanceDialogs } from '../instances/dialogs';
import { TaskStrip } from '../jobs/TaskStrip';
import { useLive } from '../live';
import { Decisions } from '../requests/Decisions';
import { Masthead } from './Masthead';
import { Palette } from './Palette';
import { Sidebar } from './Sidebar';

export const MAIN_ID = 'main';

export function Frame() {
  const { t } = useTranslation();
  const live = useLive();
  const [isSearching, setSearching] = useState(false);
  useShortcut(() => setSearching(true));
  const sidebar = (
    <PageSidebar>
      <PageSidebarBody>
        <Sidebar />
      </PageSidebarBody>
    </PageSidebar>
  );
  return (
    <Toasts>
      <InstanceDialogs>
        <div className="ou-frame">
          <Page
            masthead={<Masthead isLive={live} onSearch={() => setSearching(true)} />}
            sidebar={sidebar}
            skipToContent={<SkipToContent href={`#${MAIN_ID}`}>{t('frame.skip')}</SkipToContent>}
            mainContainerId={MAIN_ID}
            isManagedSidebar
            isContentFilled
          >
            <Suspense fallback={<SkeletonLines lines={6} label={t('app.loading')} />}>
              <Outlet />
            </Suspense>
          </Page>
          <TaskStrip />
          <Decisions />
        </div>
        {isSearching && <Palette onClose={() => setSearching(false)} />}
      </InstanceDialogs>
    </Toasts>
  );
}
