// Whether a pool is the same storage on every host: said by a switch, promised in a dialog.
import { Switch } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Pool } from '@/api/types';
import { Dialog } from '@/ui/Dialog';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { useReadOnly } from '../session/hooks';
import { useSharePool } from './hooks';
import { isSharedByNature, poolPlace } from './sharing';

interface Props {
  host: string;
  pool: Pool;
}

export function SharedCell({ host, pool }: Props) {
  const { t } = useTranslation();
  const readOnly = useReadOnly();
  const toast = useToast();
  const errorText = useErrorText();
  const share = useSharePool(host);
  const [isPromising, setPromising] = useState(false);
  const { name, shared } = pool;
  const byNature = isSharedByNature(pool);
  if (readOnly !== null) return t(shared ? 'app.yes' : 'app.no');
  const withdraw = () =>
    share.mutate(
      { pool: name, shared: false },
      {
        onError: (error) =>
          toast({
            variant: 'danger',
            title: t('pool.shareFailed', { name }),
            text: errorText(error),
          }),
      },
    );
  return (
    <>
      <Switch
        id={`shared-${name}`}
        aria-label={t('pool.sharedOf', { name })}
        aria-describedby={SHARED_HELP_ID}
        isChecked={shared}
        isDisabled={byNature || share.isPending}
        onChange={(_, checked) => (checked ? setPromising(true) : withdraw())}
      />
      {byNature && <div className="ou-small">{t('pool.byNature')}</div>}
      {isPromising && <PromiseDialog host={host} pool={pool} onClose={() => setPromising(false)} />}
    </>
  );
}

/** What the column means, beneath the table. */
export function SharedHelp() {
  const { t } = useTranslation();
  return (
    <p id={SHARED_HELP_ID} className="ou-small ou-after">
      {t('pool.sharedHelp')}
    </p>
  );
}

const SHARED_HELP_ID = 'shared-help';

function PromiseDialog({ host, pool, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const share = useSharePool(host);
  const promise = { pool: pool.name, shared: true };
  return (
    <Dialog
      title={t('pool.promise.title', { name: pool.name })}
      titleIcon="warning"
      confirm={t('pool.promise.confirm')}
      cancel={t('app.cancel')}
      variant="danger"
      isBusy={share.isPending}
      error={share.error && errorText(share.error)}
      onConfirm={() => share.mutate(promise, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p className="ou-break">{t('pool.promise.text', { pool: poolPlace(pool) })}</p>
      <p>{t('pool.promise.warning')}</p>
    </Dialog>
  );
}
