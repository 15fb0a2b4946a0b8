// What is shown for a URL that leads nowhere, and for a page that broke.
import { Button, PageSection } from '@patternfly/react-core';
import { SearchIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link, useRouteError } from 'react-router';
import { Empty, Failure } from '@/ui/Feedback';
import { PageHeader } from '@/ui/PageHeader';
import { useErrorText } from '../errors';

export function NotFoundPage() {
  const { t } = useTranslation();
  const home = (
    <Button variant="link" component={(props) => <Link {...props} to="/" />}>
      {t('error.home')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('error.notFound')} />
      <PageSection isFilled>
        <Empty icon={SearchIcon} title={t('error.notFoundTitle')} action={home}>
          {t('error.notFoundHelp')}
        </Empty>
      </PageSection>
    </>
  );
}

/** After an update of the server the files of the old pages are gone; loading anew helps. */
export function RouteFailure() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const error = useRouteError();
  return (
    <PageSection>
      <Failure
        title={t('error.page')}
        text={errorText(error)}
        retryLabel={t('error.reload')}
        onRetry={() => location.reload()}
      />
    </PageSection>
  );
}
