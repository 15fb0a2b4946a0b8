// The templates that I may clone.
import {
  Card,
  CardBody,
  CardFooter,
  CardTitle,
  Gallery,
  PageSection,
} from '@patternfly/react-core';
import { CatalogIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Template } from '@/api/types';
import { bytes, mib } from '@/lib/format';
import { Empty, Failure, SkeletonLines } from '@/ui/Feedback';
import { PageHeader } from '@/ui/PageHeader';
import { Status } from '@/ui/Status';
import { SystemIcon } from '@/ui/SystemIcon';
import { useErrorText } from '../errors';
import { useRole } from '../session/hooks';
import { NewButton } from '../instances/NewButton';
import { useTemplates } from './hooks';

export function TemplatesPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = useTemplates();
  const errorText = useErrorText();
  const isStaff = useRole('staff');
  return (
    <>
      <PageHeader title={t('pages.templates')} subtitle={t('templates.lead')} />
      <PageSection isFilled>
        {error && !data && (
          <Failure
            title={t('error.load')}
            text={errorText(error)}
            retryLabel={t('app.retry')}
            onRetry={() => void refetch()}
          />
        )}
        {!data && !error && <SkeletonLines lines={5} label={t('app.loading')} />}
        {data?.length === 0 && (
          <Empty icon={CatalogIcon} title={t('templates.none')}>
            {isStaff ? t('templates.noneStaff') : t('templates.noneUser')}
          </Empty>
        )}
        <Gallery hasGutter minWidths={{ default: '280px' }}>
          {data?.map((template) => (
            <TemplateCard key={template.id} template={template} />
          ))}
        </Gallery>
      </PageSection>
    </>
  );
}

function TemplateCard({ template }: { template: Template }) {
  const { t } = useTranslation();
  const isAdministrator = useRole('administrator');
  const { id, name, title, description, vcpus, memory_mib, disk_bytes } = template;
  const size = [t('instances.vcpus', { count: vcpus }), mib(memory_mib), bytes(disk_bytes)];
  const facts = [
    title ? name : null,
    isAdministrator && template.host,
    template.linked_clones > 0 && t('templates.clones', { count: template.linked_clones }),
  ].filter(Boolean);
  return (
    <Card isFullHeight component="article">
      <CardTitle component="h2">
        <span className="ou-source__title">
          <SystemIcon name={`${name} ${title ?? ''}`} />
          <span className="ou-line">{title ?? name}</span>
        </span>
      </CardTitle>
      <CardBody>
        <p>{size.join(' · ')}</p>
        {description && <p className="ou-description">{description}</p>}
        {facts.length > 0 && <p className="ou-small">{facts.join(' · ')}</p>}
        {template.host_state === 'offline' && (
          <Status kind="warning">{t('templates.offline')}</Status>
        )}
      </CardBody>
      <CardFooter>
        <div className="ou-bar">
          <NewButton variant="secondary" to={`/instances/new?from=${id}`}>
            {t('templates.use')}
          </NewButton>
          <Link
            to={`/instances/${id}`}
            aria-label={t('templates.detailsOf', { name: title ?? name })}
          >
            {t('templates.details')}
          </Link>
        </div>
      </CardFooter>
    </Card>
  );
}
