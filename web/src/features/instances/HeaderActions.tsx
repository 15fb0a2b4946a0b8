// The buttons of an instance's header, in the order people know.
import { DesktopIcon, PlayIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Instance } from '@/api/types';
import { Menu, ReasonButton } from '@/ui/Actions';
import { ActionItems, PowerItems } from './ActionItems';
import { refusal, screenRefusal } from './actions';
import { useRunVerb } from './useRunVerb';

const UP = new Set<Instance['state']>(['running', 'paused', 'suspended', 'shutdown']);

export function HeaderActions({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isUp = UP.has(instance.state);
  return (
    <>
      {isUp ? <PowerButton instance={instance} /> : <StartButton instance={instance} />}
      <ReasonButton
        variant="secondary"
        icon={<DesktopIcon />}
        reason={screenRefusal(instance, t('error.notAllowed'))}
        onClick={() => navigate(`/instances/${instance.id}/console`)}
      >
        {t('tabs.console')}
      </ReasonButton>
      <Menu label={t('instances.actionsOf', { name: instance.name })}>
        <ActionItems instance={instance} />
      </Menu>
    </>
  );
}

function StartButton({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const { run, isPending } = useRunVerb();
  return (
    <ReasonButton
      variant="primary"
      icon={<PlayIcon />}
      reason={refusal(instance, 'start', t('error.notAllowed'))}
      isLoading={isPending}
      onClick={() => run(instance.id, instance.name, 'start')}
    >
      {t('verbs.start')}
    </ReasonButton>
  );
}

/** "Shut down" with the rougher ways beside it; "Resume" while the machine is paused. */
function PowerButton({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const { run, isPending } = useRunVerb();
  const verb = instance.state === 'paused' ? 'resume' : 'shutdown';
  return (
    <span className="ou-split">
      <ReasonButton
        variant="primary"
        reason={refusal(instance, verb, t('error.notAllowed'))}
        isLoading={isPending}
        onClick={() => run(instance.id, instance.name, verb)}
      >
        {t(`verbs.${verb}`)}
      </ReasonButton>
      <Menu label={t('instances.power')} variant="primary">
        <PowerItems instance={instance} />
      </Menu>
    </span>
  );
}
