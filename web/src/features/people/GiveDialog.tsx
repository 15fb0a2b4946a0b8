// Gives a user or group the same rights on several machines at once.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Holder } from '@/api/types';
import { holderName } from '@/lib/holder';
import { Dialog } from '@/ui/Dialog';
import { PickList } from '@/ui/PickList';
import { useErrorText } from '../errors';
import { useInstances } from '../instances/hooks';
import { usePutGrants } from './hooks';
import { RightsFields } from './RightsFields';
import { USUAL } from './rights';

export function GiveDialog({ holder, onClose }: { holder: Holder; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [ids, setIds] = useState<string[]>([]);
  const [rights, setRights] = useState(USUAL);
  const put = usePutGrants();
  const items = ids.map((instance) => ({ ...rights, instance, grantee: holder }));
  return (
    <Dialog
      title={t('access.giveTitle', { name: holderName(holder) })}
      size="medium"
      confirm={t('access.give')}
      cancel={t('app.cancel')}
      isBusy={put.isPending}
      isBlocked={ids.length === 0}
      error={put.error && errorText(put.error)}
      onConfirm={() => put.mutate({ items }, { onSuccess: onClose })}
      onClose={onClose}
    >
      <InstancePicks chosen={ids} onChange={setIds} />
      <RightsFields rights={rights} onChange={setRights} />
    </Dialog>
  );
}

interface PicksProps {
  chosen: string[];
  onChange: (ids: string[]) => void;
  onlyTemplates?: boolean;
}

export function InstancePicks({ chosen, onChange, onlyTemplates }: PicksProps) {
  const { t } = useTranslation();
  const { data } = useInstances();
  const options = data
    ?.filter(({ id, template }) => template || !onlyTemplates || chosen.includes(id))
    .map(({ id, name, title, owners, template }) => ({
      value: id,
      label: name,
      note: [template && t('instances.template'), title, owners.map(holderName).join(', ')]
        .filter(Boolean)
        .join(' · '),
    }));
  return (
    <PickList
      id="machines"
      label={onlyTemplates ? t('pages.templates') : t('access.machines')}
      filterLabel={t('access.findMachine')}
      nothing={t('instances.noMatch')}
      count={t('bulk.selected', { count: chosen.length })}
      loading={t('app.loading')}
      options={options}
      chosen={chosen}
      onChange={onChange}
    />
  );
}
