// The entries of an instance's menu, in the order people know; deleting comes last and red.
import { Divider } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Instance } from '@/api/types';
import { ReasonItem } from '@/ui/Actions';
import { useRole } from '../session/hooks';
import { type ActionName, refusal } from './actions';
import { useInstanceDialogs } from './dialogContext';
import { useRunVerb } from './useRunVerb';

interface Props {
  instance: Instance;
  /** With the life cycle too, where no buttons stand beside the menu. */
  withPower?: boolean;
}

export function ActionItems({ instance, withPower }: Props) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const open = useInstanceDialogs();
  const isAdministrator = useRole('administrator');
  const { id, name, template } = instance;
  const reason = (action: ActionName) => refusal(instance, action, t('error.notAllowed'));
  return (
    <>
      {withPower && <PowerItems instance={instance} withStart />}
      {withPower && <Divider component="li" />}
      <ReasonItem reason={reason('edit')} onClick={() => open({ kind: 'edit', id })}>
        {t('instances.edit')}
      </ReasonItem>
      <ReasonItem reason={reason('resize')} onClick={() => open({ kind: 'resize', id })}>
        {t('instances.resize')}
      </ReasonItem>
      <ReasonItem reason={reason('clone')} onClick={() => navigate(`/instances/new?from=${id}`)}>
        {t('instances.clone')}
      </ReasonItem>
      {isAdministrator && (
        <ReasonItem reason={reason('migrate')} onClick={() => open({ kind: 'migrate', id })}>
          {t('instances.migrate')}
        </ReasonItem>
      )}
      <ReasonItem
        reason={reason('template')}
        onClick={() => open({ kind: 'template', id, name, template: !template })}
      >
        {template ? t('instances.unmarkTemplate') : t('instances.markTemplate')}
      </ReasonItem>
      <ReasonItem reason={reason('grant')} onClick={() => navigate(`/instances/${id}/access`)}>
        {t('instances.grant')}
      </ReasonItem>
      <Divider component="li" />
      <ReasonItem
        isDanger
        reason={reason('delete')}
        onClick={() => open({ kind: 'delete', id, name })}
      >
        {t('instances.delete')}
      </ReasonItem>
    </>
  );
}

const GENTLE = ['shutdown', 'reboot'] as const;

interface PowerProps {
  instance: Instance;
  withStart?: boolean;
}

export function PowerItems({ instance, withStart }: PowerProps) {
  const { t } = useTranslation();
  const open = useInstanceDialogs();
  const { run } = useRunVerb();
  const { id, name } = instance;
  const reason = (action: ActionName) => refusal(instance, action, t('error.notAllowed'));
  const pause = instance.state === 'paused' ? ('resume' as const) : ('suspend' as const);
  const verbs = [...(withStart ? (['start'] as const) : []), ...GENTLE, pause];
  return (
    <>
      {verbs.map((verb) => (
        <ReasonItem key={verb} reason={reason(verb)} onClick={() => run(id, name, verb)}>
          {t(`verbs.${verb}`)}
        </ReasonItem>
      ))}
      {(['reset', 'stop'] as const).map((verb) => (
        <ReasonItem
          key={verb}
          reason={reason(verb)}
          onClick={() => open({ kind: 'power', id, name, verb })}
        >
          {t(`verbs.${verb}`)}
        </ReasonItem>
      ))}
    </>
  );
}
