// For administrators: a machine of nobody gets an owner, or is said to be a missing one come back.
import { Button } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Instance, Predecessor } from '@/api/types';
import { ago } from '@/lib/format';
import { Dialog } from '@/ui/Dialog';
import { useNow } from '@/ui/hooks';
import { Notice } from '@/ui/Notice';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { usePredecessors, useTakeOver } from './coexistence';
import { OwnerDialog } from './OwnerDialog';
import { ownerText } from './words';

export function NobodysNotice({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const [isGiving, setGiving] = useState(false);
  const [chosen, setChosen] = useState<Predecessor | null>(null);
  const { data: predecessors = [] } = usePredecessors(instance.id);
  return (
    <Notice
      variant={predecessors.length > 0 ? 'warning' : 'info'}
      title={t('nobodys.title')}
      className="ou-grid__all"
      actionLinks={
        <Button variant="link" isInline onClick={() => setGiving(true)}>
          {t('owner.set')}
        </Button>
      }
    >
      <p>{t('nobodys.text')}</p>
      {predecessors.map((one) => (
        <MayBe key={one.id} predecessor={one} onChoose={() => setChosen(one)} />
      ))}
      {isGiving && <OwnerDialog instance={instance} onClose={() => setGiving(false)} />}
      {chosen && (
        <TakeOverDialog instance={instance} predecessor={chosen} onClose={() => setChosen(null)} />
      )}
    </Notice>
  );
}

function MayBe({ predecessor, onChoose }: { predecessor: Predecessor; onChoose: () => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const { id, name, owner, same, last_seen_at } = predecessor;
  return (
    <p>
      <Link to={`/instances/${id}`}>{name}</Link>{' '}
      {[
        t('nobodys.missing', { ago: last_seen_at ? ago(last_seen_at, now) : t('app.none') }),
        owner && t('instances.owner', { owner: ownerText(t, owner) }),
        t('nobodys.same', { what: same.join(', ') }),
      ]
        .filter(Boolean)
        .join(' · ')}{' '}
      <Button variant="link" isInline onClick={onChoose}>
        {t('nobodys.is')}
      </Button>
    </p>
  );
}

interface TakeOverProps {
  instance: Instance;
  predecessor: Predecessor;
  onClose: () => void;
}

function TakeOverDialog({ instance, predecessor, onClose }: TakeOverProps) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const take = useTakeOver(instance.id);
  const { name } = instance;
  const done = () => {
    toast({ variant: 'success', title: t('nobodys.taken', { name }) });
    onClose();
  };
  return (
    <Dialog
      title={t('nobodys.sure', { name })}
      titleIcon="warning"
      description={t('nobodys.sureText', { name: predecessor.name })}
      confirm={t('nobodys.is')}
      cancel={t('app.cancel')}
      isBusy={take.isPending}
      error={take.error && errorText(take.error)}
      onConfirm={() => take.mutate(predecessor.id, { onSuccess: done })}
      onClose={onClose}
    />
  );
}
