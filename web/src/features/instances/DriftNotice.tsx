// Tells that a machine was changed outside of Ourea, what differs, and lets one accept it.
import { AlertActionLink, Skeleton } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { DriftChange, Instance } from '@/api/types';
import { ago, dateTime } from '@/lib/format';
import { ReasonButton } from '@/ui/Actions';
import { useNow } from '@/ui/hooks';
import { Notice } from '@/ui/Notice';
import { useToast } from '@/ui/Toasts';
import { ChangesTable } from '../activity/ChangesTable';
import { fieldName, valueText } from '../activity/words';
import { useErrorText } from '../errors';
import { refusal } from './actions';
import { useAcceptDrift, useDrift } from './coexistence';

export function DriftNotice({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const toast = useToast();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const now = useNow();
  const { data, error } = useDrift(instance);
  const accept = useAcceptDrift(instance.id);
  const { name } = instance;
  const done = () => toast({ variant: 'success', title: t('drift.accepted', { name }) });
  const failed = (problem: unknown) =>
    toast({ variant: 'danger', title: t('drift.failed', { name }), text: errorText(problem) });
  const actions = (
    <>
      <ReasonButton
        variant="link"
        isInline
        isLoading={accept.isPending}
        reason={refusal(instance, 'edit', t('error.notAllowed'))}
        onClick={() => accept.mutate(undefined, { onSuccess: done, onError: failed })}
      >
        {t('drift.accept')}
      </ReasonButton>
      <AlertActionLink onClick={() => navigate(`/instances/${instance.id}/activity`)}>
        {t('drift.activity')}
      </AlertActionLink>
    </>
  );
  return (
    <Notice
      variant="warning"
      title={t('facts.drift')}
      className="ou-grid__all"
      actionLinks={actions}
    >
      <p>
        {t('facts.driftHelp')}{' '}
        {data?.since && (
          <span title={dateTime(data.since)}>
            {t('drift.since', { ago: ago(data.since, now) })}
          </span>
        )}
      </p>
      {error && <p className="ou-muted">{errorText(error)}</p>}
      {!error && !data && <Skeleton height="3rem" />}
      {data && data.changes.length > 0 && <Changes changes={data.changes} />}
    </Notice>
  );
}

function Changes({ changes }: { changes: DriftChange[] }) {
  const { t } = useTranslation();
  const rows = changes.map(({ field, item, before, after }) => ({
    field: [fieldName(t, field), item].filter(Boolean).join(' '),
    before: words(t, field, before),
    after: words(t, field, after),
  }));
  return <ChangesTable rows={rows} />;
}

/** Amounts come as words of digits; what is not there is a dash. */
function words(t: Parameters<typeof valueText>[0], field: string, value: string | null) {
  const isAmount = field.endsWith('memory_mib') && value !== null;
  return valueText(t, field, isAmount ? Number(value) : (value ?? ''));
}
