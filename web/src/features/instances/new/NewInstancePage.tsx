// Making an instance on one page: from what, under which name, how large; beside it what it costs.
import { ActionGroup, Button, Form, PageSection } from '@patternfly/react-core';
import { CatalogIcon, CheckIcon, CopyIcon, LockIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { ApiError } from '@/api/client';
import { createInstancePath } from '@/api/instances';
import { curl } from '@/lib/curl';
import { ReasonButton } from '@/ui/Actions';
import { useCopied } from '@/ui/Copy';
import { Empty, Failure, SkeletonLines } from '@/ui/Feedback';
import { ErrorNotice, Notice } from '@/ui/Notice';
import { PageHeader } from '@/ui/PageHeader';
import { useToast } from '@/ui/Toasts';
import { otherError, useErrorText } from '../../errors';
import { InstanceRequestDialog } from '../../requests/InstanceRequestDialog';
import { useOffers, useReadOnly, useSignedIn } from '../../session/hooks';
import { useTemplates } from '../../templates/hooks';
import { useCreateInstance } from '../hooks';
import { NameField } from './NameField';
import { PlaceFields, StartFields } from './PlaceFields';
import { PlanPanel } from './PlanPanel';
import { SizeFields } from './SizeFields';
import { SourceCards } from './SourceCards';
import { FIELDS, type NewForm, useNewForm } from './useNewForm';

export function NewInstancePage() {
  const { t } = useTranslation();
  const { role } = useSignedIn();
  const errorText = useErrorText();
  const templates = useTemplates();
  const form = useNewForm();
  const mine = role === 'user' ? t('pages.mine') : t('pages.instances');
  return (
    <>
      <PageHeader title={t('instances.new')} crumbs={[{ label: mine, to: '/instances' }]} />
      <PageSection isFilled>
        {templates.error && (
          <Failure
            title={t('error.load')}
            text={errorText(templates.error)}
            retryLabel={t('app.retry')}
            onRetry={() => void templates.refetch()}
          />
        )}
        {form.isLoading && !templates.error && <SkeletonLines lines={8} label={t('app.loading')} />}
        {!form.isLoading && form.sources.length === 0 && !templates.error && <NoTemplates />}
        {!form.isLoading && form.sources.length > 0 && <Content form={form} />}
      </PageSection>
    </>
  );
}

function NoTemplates() {
  const { t } = useTranslation();
  const { role } = useSignedIn();
  const readOnly = useReadOnly();
  const show = role === 'user' ? null : <Link to="/instances">{t('pages.instances')}</Link>;
  if (readOnly) {
    return (
      <Empty icon={LockIcon} title={t('new.readOnly')} action={show}>
        {readOnly}
      </Empty>
    );
  }
  return (
    <Empty icon={CatalogIcon} title={t('templates.none')} action={show}>
      {role === 'user' ? t('templates.noneUser') : t('templates.noneStaff')}
    </Empty>
  );
}

function Content({ form }: { form: NewForm }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const toast = useToast();
  const create = useCreateInstance();
  const submit = () => {
    if (!form.body) return;
    create.mutate(form.body, {
      onSuccess: ({ job }) => {
        toast({ variant: 'info', title: t('new.started', { name: job.instance_name ?? '' }) });
        navigate('/instances');
      },
    });
  };
  const error = create.error ?? form.plan.error;
  return (
    <div className="ou-new">
      <Form
        className="ou-new__form"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <SourceCards form={form} />
        <NameField form={form} error={error} />
        <SizeFields form={form} error={error} />
        <StartFields form={form} />
        <PlaceFields form={form} error={error} />
        {form.problems.map((problem) => (
          <Notice key={problem} isLive variant="warning" title={problem} />
        ))}
        <OtherError error={error} />
        <AskForIt form={form} error={error} />
        <Buttons form={form} isBusy={create.isPending} />
      </Form>
      <PlanPanel form={form} />
    </div>
  );
}

/** Where only the quota is against it, somebody can be asked. */
function AskForIt({ form, error }: { form: NewForm; error: Error | null }) {
  const { t } = useTranslation();
  const offersRequests = useOffers('requests');
  const [isAsking, setAsking] = useState(false);
  const isShort = error instanceof ApiError && error.kind === 'quota';
  if (!offersRequests || !form.body || !(isShort || form.isShort)) return null;
  return (
    <div>
      <Button variant="secondary" onClick={() => setAsking(true)}>
        {t('requests.askForIt')}
      </Button>
      {isAsking && <InstanceRequestDialog instance={form.body} onClose={() => setAsking(false)} />}
    </div>
  );
}

function OtherError({ error }: { error: Error | null }) {
  const errorText = useErrorText();
  return <ErrorNotice text={otherError(error, errorText, FIELDS)} />;
}

function Buttons({ form, isBusy }: { form: NewForm; isBusy: boolean }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const reason = useReadOnly();
  const [copied, copy] = useCopied();
  const blocked = form.plan.isError || form.problems.length > 0 || !form.body;
  const command = () => curl('POST', location.origin + createInstancePath(), form.body ?? {});
  return (
    <ActionGroup>
      <ReasonButton type="submit" reason={reason} isLoading={isBusy} isDisabled={isBusy || blocked}>
        {t('new.create')}
      </ReasonButton>
      <Button variant="link" onClick={() => navigate(-1)}>
        {t('app.cancel')}
      </Button>
      <Button
        variant="link"
        icon={copied ? <CheckIcon /> : <CopyIcon />}
        isDisabled={!form.body}
        onClick={() => copy(command())}
      >
        {copied ? t('app.copied') : t('app.curl')}
      </Button>
    </ActionGroup>
  );
}
