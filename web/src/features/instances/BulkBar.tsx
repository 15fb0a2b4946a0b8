// What can be done with several selected instances, with a result for each.
import { Button } from '@patternfly/react-core';
import {
  PlayIcon,
  PowerOffIcon,
  TimesIcon,
  TrashIcon,
  UserIcon,
  UserPlusIcon,
} from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { ReasonButton } from '@/ui/Actions';
import { useReadOnly, useRole } from '../session/hooks';
import { BulkDialog, type BulkVerb } from './BulkDialog';
import { GrantDialog } from './GrantDialog';
import { OwnersDialog } from './OwnersDialog';

interface Props {
  rows: InstanceRow[];
  onDone: () => void;
}

export function BulkBar({ rows, onDone }: Props) {
  const { t } = useTranslation();
  const [verb, setVerb] = useState<BulkVerb | null>(null);
  const reason = useReadOnly();
  const [isGranting, setGranting] = useState(false);
  const [isGiving, setGiving] = useState(false);
  const isAdministrator = useRole('administrator');
  return (
    <div className="ou-toolbar" role="toolbar" aria-label={t('bulk.title')}>
      <span role="status">{t('bulk.selected', { count: rows.length })}</span>
      <ReasonButton
        reason={reason}
        variant="secondary"
        icon={<PlayIcon />}
        onClick={() => setVerb('start')}
      >
        {t('verbs.start')}
      </ReasonButton>
      <ReasonButton
        reason={reason}
        variant="secondary"
        icon={<PowerOffIcon />}
        onClick={() => setVerb('shutdown')}
      >
        {t('verbs.shutdown')}
      </ReasonButton>
      <ReasonButton
        reason={reason}
        variant="secondary"
        icon={<UserPlusIcon />}
        onClick={() => setGranting(true)}
      >
        {t('instances.grant')}
      </ReasonButton>
      {isAdministrator && (
        <ReasonButton
          reason={reason}
          variant="secondary"
          icon={<UserIcon />}
          onClick={() => setGiving(true)}
        >
          {t('owner.set')}
        </ReasonButton>
      )}
      <ReasonButton
        reason={reason}
        variant="secondary"
        isDanger
        icon={<TrashIcon />}
        onClick={() => setVerb('delete')}
      >
        {t('instances.delete')}
      </ReasonButton>
      <span className="ou-toolbar__end">
        <Button
          variant="plain"
          icon={<TimesIcon />}
          aria-label={t('bulk.clear')}
          onClick={onDone}
        />
      </span>
      {isGranting && <GrantDialog instances={rows} onClose={() => setGranting(false)} />}
      {isGiving && <OwnersDialog rows={rows} onClose={() => setGiving(false)} onDone={onDone} />}
      {verb && <BulkDialog rows={rows} verb={verb} onClose={() => setVerb(null)} onDone={onDone} />}
    </div>
  );
}
