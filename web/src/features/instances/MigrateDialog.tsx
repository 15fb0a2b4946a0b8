// Moves an instance to another host: which could take it, and what stands in the way of the others.
import { Radio, Spinner, Stack } from '@patternfly/react-core';
import { ServerIcon } from '@patternfly/react-icons';
import { type ReactNode, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Instance, MigrationTarget } from '@/api/types';
import { mib } from '@/lib/format';
import { Dialog } from '@/ui/Dialog';
import { Empty } from '@/ui/Feedback';
import { Field } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { Status } from '@/ui/Status';
import { fieldError, otherError, useErrorText } from '../errors';
import { HostStatus } from '../hosts/HostStatus';
import { useInstance, useMigrate, useMigrationTargets } from './hooks';
import { LimitFields, LIMITS, NO_LIMITS, toLimits } from './LimitFields';
import { byFitness, chosenTarget, fitnessOf, wayOf } from './targets';

interface Props {
  id: string;
  /** The host that is chosen in the beginning. */
  host?: string | undefined;
  onClose: () => void;
}

export function MigrateDialog({ id, host, onClose }: Props) {
  const { data } = useInstance(id);
  return data ? <MigrateForm instance={data} first={host ?? null} onClose={onClose} /> : null;
}

interface FormProps {
  instance: Instance;
  first: string | null;
  onClose: () => void;
}

function MigrateForm({ instance, first, onClose }: FormProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const targets = useMigrationTargets(instance.id);
  const migrate = useMigrate(instance.id);
  const [host, setHost] = useState<string | null>(first);
  const [limits, setLimits] = useState(NO_LIMITS);
  const chosen = chosenTarget(targets.data ?? [], host);
  const wanted = toLimits(limits);
  const error = targets.error ?? migrate.error;
  const run = () =>
    chosen &&
    migrate.mutate(
      {
        host: chosen.host,
        ...(chosen.needs_storage && { storage: true }),
        ...wanted,
      },
      { onSuccess: onClose },
    );
  return (
    <Dialog
      title={t('migrate.title', { name: instance.name })}
      description={t(`migrate.means.${wayOf(instance.state)}`)}
      size="medium"
      confirm={chosen ? t('migrate.confirmTo', { host: chosen.host }) : t('migrate.confirm')}
      cancel={t('app.cancel')}
      isBusy={migrate.isPending}
      isBlocked={!chosen || !wanted}
      error={otherError(error, errorText, ['host', ...LIMITS])}
      onConfirm={run}
      onClose={onClose}
    >
      {targets.isPending && <Asking />}
      {targets.data?.length === 0 && <NoOther onLeave={onClose} />}
      {targets.data && targets.data.length > 0 && (
        <Targets
          targets={targets.data}
          chosen={chosen?.host}
          error={fieldError(error, 'host')}
          onChange={setHost}
        />
      )}
      {targets.data && !isHopeless(targets.data) && wayOf(instance.state) !== 'off' && (
        <Advanced>
          <LimitFields limits={limits} error={error} onChange={setLimits} />
        </Advanced>
      )}
    </Dialog>
  );
}

function Asking() {
  const { t } = useTranslation();
  return (
    <div className="ou-asking" role="status">
      <Spinner size="md" aria-hidden="true" />
      {t('migrate.asking')}
    </div>
  );
}

function NoOther({ onLeave }: { onLeave: () => void }) {
  const { t } = useTranslation();
  const link = (
    <Link to="/hosts" onClick={onLeave}>
      {t('pages.hosts')}
    </Link>
  );
  return (
    <Empty icon={ServerIcon} title={t('migrate.none')} action={link}>
      {t('migrate.noneHelp')}
    </Empty>
  );
}

const isHopeless = (targets: MigrationTarget[]) =>
  targets.every((target) => fitnessOf(target) === 'blocked');

interface TargetsProps {
  targets: MigrationTarget[];
  chosen: string | undefined;
  error: string | null;
  onChange: (host: string) => void;
}

function Targets({ targets, chosen, error, onChange }: TargetsProps) {
  const { t } = useTranslation();
  return (
    <>
      {isHopeless(targets) && <Notice variant="info" title={t('migrate.hopeless')} />}
      <Field id="migrate-host" label={t('migrate.where')} error={error}>
        <div className="ou-targets" role="radiogroup" aria-label={t('migrate.where')}>
          {byFitness(targets).map((target) => (
            <Target
              key={target.host}
              target={target}
              isChosen={target.host === chosen}
              onChoose={() => onChange(target.host)}
            />
          ))}
        </div>
      </Field>
    </>
  );
}

interface TargetProps {
  target: MigrationTarget;
  isChosen: boolean;
  onChoose: () => void;
}

function Target({ target, isChosen, onChoose }: TargetProps) {
  const { t } = useTranslation();
  const id = useId();
  const { host, state, memory_free_mib, blockers, warnings } = target;
  const fitness = fitnessOf(target);
  return (
    <div className="ou-target">
      <div className="ou-target__head">
        <Radio
          id={id}
          name="migrate-host"
          label={host}
          isChecked={isChosen}
          isDisabled={fitness === 'blocked'}
          aria-describedby={`${id}-facts ${id}-more`}
          onChange={onChoose}
        />
        <span id={`${id}-facts`} className="ou-target__facts">
          {memory_free_mib !== null && state === 'online' && (
            <span className="ou-muted">{t('migrate.free', { memory: mib(memory_free_mib) })}</span>
          )}
          <HostStatus state={state} />
        </span>
      </div>
      <div id={`${id}-more`} className="ou-target__more">
        {fitness === 'copying' && <p className="ou-muted">{t('migrate.copying')}</p>}
        {fitness === 'blocked' && (
          <ul>
            {blockers.map(({ kind, reason }) => (
              <li key={kind + reason}>{reason}</li>
            ))}
          </ul>
        )}
        {fitness !== 'blocked' &&
          warnings.map((warning) => (
            <p key={warning}>
              <Status kind="warning">{warning}</Status>
            </p>
          ))}
      </div>
    </div>
  );
}

function Advanced({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <details>
      <summary className="ou-summary">{t('migrate.advanced')}</summary>
      <Stack hasGutter className="ou-after ou-namefield">
        {children}
      </Stack>
    </details>
  );
}
