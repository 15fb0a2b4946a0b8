// The settings of the site: what new accounts get, where new machines go.
import {
  ActionGroup,
  Card,
  CardBody,
  CardTitle,
  Checkbox,
  Form,
  PageSection,
} from '@patternfly/react-core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '@/api/types';
import { toAmounts, toTexts } from '@/lib/amounts';
import { SkeletonLines } from '@/ui/Feedback';
import { PageHeader } from '@/ui/PageHeader';
import { PickList } from '@/ui/PickList';
import { useToast } from '@/ui/Toasts';
import { otherError, useErrorText } from '../errors';
import { useGroups } from '../groups/hooks';
import { InstancePicks } from '../people/GiveDialog';
import { QUOTA_FIELDS, QuotaFields } from '../people/QuotaFields';
import { QueryFailure } from '../QueryFailure';
import { useRefusal } from '../session/hooks';
import { ReasonButton } from '@/ui/Actions';
import { ErrorNotice } from '@/ui/Notice';
import { usePutSettings, useSettings } from './hooks';
import { PlacementCard } from './PlacementCard';

export function SettingsPage() {
  const { t } = useTranslation();
  const settings = useSettings();
  return (
    <>
      <PageHeader title={t('pages.settings')} subtitle={t('settings.lead')} />
      <PageSection isFilled>
        {settings.error && !settings.data && <QueryFailure query={settings} />}
        {settings.isPending && <SkeletonLines lines={8} label={t('app.loading')} />}
        {settings.data && (
          <div className="ou-stack">
            <NewAccounts settings={settings.data} />
            <PlacementCard settings={settings.data} />
          </div>
        )}
      </PageSection>
    </>
  );
}

function NewAccounts({ settings }: { settings: Settings }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const toast = useToast();
  const reason = useRefusal('manage', 'settings');
  const now = settings.new_accounts;
  const [texts, setTexts] = useState(() => toTexts(now.quota));
  const [canClone, setCanClone] = useState(now.can_clone);
  const [groups, setGroups] = useState(now.groups);
  const [templates, setTemplates] = useState(() => now.grants.map(({ instance }) => instance));
  const put = usePutSettings();
  const quota = toAmounts(texts);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!quota) return;
    const grants = templates.map(
      (instance) => now.grants.find((grant) => grant.instance === instance) ?? toClone(instance),
    );
    put.mutate(
      { new_accounts: { can_clone: canClone, quota, groups, grants } },
      { onSuccess: () => toast({ variant: 'success', title: t('settings.saved') }) },
    );
  };
  const error = otherError(put.error, errorText, QUOTA_FIELDS);
  return (
    <Form className="ou-settings" onSubmit={submit}>
      <Card isCompact>
        <CardTitle component="h2">{t('settings.newAccounts')}</CardTitle>
        <CardBody>
          <div className="ou-stack">
            <p className="ou-muted">{t('settings.newAccountsHelp')}</p>
            <QuotaFields
              texts={texts}
              onChange={setTexts}
              error={put.error}
              placeholder={t('quota.none')}
            />
            <Checkbox
              id="can-clone"
              label={t('users.canClone')}
              description={t('users.canCloneHelp')}
              isChecked={canClone}
              onChange={(_, checked) => setCanClone(checked)}
            />
          </div>
        </CardBody>
      </Card>
      <Card isCompact>
        <CardTitle component="h2">{t('settings.given')}</CardTitle>
        <CardBody>
          <div className="ou-stack">
            <GroupPicks chosen={groups} onChange={setGroups} />
            <InstancePicks chosen={templates} onChange={setTemplates} onlyTemplates />
          </div>
        </CardBody>
      </Card>
      <ErrorNotice text={error} />
      <ActionGroup>
        <ReasonButton
          type="submit"
          reason={reason}
          isLoading={put.isPending}
          isDisabled={put.isPending || !quota}
        >
          {t('app.save')}
        </ReasonButton>
      </ActionGroup>
    </Form>
  );
}

/** Granting a template to new accounts means that they may make machines of it. */
const toClone = (instance: string) => ({ instance, see: true, clone: true });

interface PicksProps {
  chosen: string[];
  onChange: (names: string[]) => void;
}

function GroupPicks({ chosen, onChange }: PicksProps) {
  const { t } = useTranslation();
  const { data } = useGroups();
  return (
    <PickList
      id="groups"
      label={t('pages.groups')}
      filterLabel={t('groups.filter')}
      nothing={t('groups.noMatch')}
      count={t('bulk.selected', { count: chosen.length })}
      loading={t('app.loading')}
      options={data?.map(({ name, description }) => ({
        value: name,
        label: name,
        note: description,
      }))}
      chosen={chosen}
      onChange={onChange}
    />
  );
}
