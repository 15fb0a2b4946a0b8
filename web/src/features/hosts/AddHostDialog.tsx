// Adds a host: its address is probed step by step, its fingerprint confirmed, then it is taken in.
import { Checkbox } from '@patternfly/react-core';
import { CheckCircleIcon, ExclamationCircleIcon } from '@patternfly/react-icons';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Probe } from '@/api/types';
import { CopyText } from '@/ui/Copy';
import { Dialog } from '@/ui/Dialog';
import { TextField } from '@/ui/Field';
import { Notice } from '@/ui/Notice';
import { fieldError, otherError, useErrorText } from '../errors';
import { ClusterField } from './ClusterField';
import { hostPath } from './HostTable';
import { useAddHost, useProbeHost } from './hooks';

export function AddHostDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const [name, setName] = useState('');
  const [uri, setUri] = useState('qemu+ssh://');
  const [cluster, setCluster] = useState('');
  const [isConfirmed, setConfirmed] = useState(false);
  const probe = useProbeHost();
  const add = useAddHost();
  const isGood = probe.data ? isUsable(probe.data) : false;
  const key = probe.data?.host_key ?? null;
  const changeUri = (value: string) => {
    setUri(value);
    setConfirmed(false);
    probe.reset();
  };
  const confirm = () => {
    if (!isGood) return probe.mutate(uri.trim());
    const host = {
      name: name.trim(),
      uri: uri.trim(),
      host_key: key,
      cluster: cluster.trim() || null,
    };
    add.mutate(host, {
      onSuccess: (added) => {
        onClose();
        navigate(hostPath(added.name));
      },
    });
  };
  const error = add.error ?? probe.error;
  return (
    <Dialog
      title={t('host.add')}
      size="medium"
      confirm={isGood ? t('host.addConfirm') : t('host.probe')}
      cancel={t('app.cancel')}
      isBusy={probe.isPending || add.isPending}
      isBlocked={!uri.trim() || !name.trim() || (isGood && key !== null && !isConfirmed)}
      error={otherError(error, errorText, ['name', 'uri', 'host_key', 'cluster'])}
      onConfirm={confirm}
      onClose={onClose}
    >
      <TextField
        id="host-name"
        label={t('host.name')}
        help={t('host.nameHelp')}
        error={fieldError(error, 'name')}
        value={name}
        onChange={setName}
        autoComplete="off"
        isRequired
      />
      <TextField
        id="host-uri"
        label={t('host.uri')}
        help={t('host.uriHelp')}
        error={fieldError(error, 'uri', 'host_key')}
        value={uri}
        onChange={changeUri}
        autoComplete="off"
        isRequired
      />
      <ClusterField value={cluster} onChange={setCluster} error={fieldError(error, 'cluster')} />
      {probe.data && <ProbeResult probe={probe.data} />}
      {isGood && key && (
        <Checkbox
          id="host-confirm"
          // The button that was pressed waits for this.
          autoFocus
          label={t('host.confirmKey')}
          isChecked={isConfirmed}
          onChange={(_, checked) => setConfirmed(checked)}
        />
      )}
    </Dialog>
  );
}

/** A key that nobody has confirmed yet ends the probe: that is for the person to decide. */
const isUsable = ({ steps, host_key }: Probe) =>
  steps.every(({ step, ok }) => ok || (step === 'key' && host_key !== null));

function ProbeResult({ probe }: { probe: Probe }) {
  const { t } = useTranslation();
  const failed = !isUsable(probe);
  return (
    <>
      <ol className="ou-probe" aria-live="polite">
        {probe.steps.map(({ step, ok, detail }) => (
          <li key={step}>
            {ok ? (
              <CheckCircleIcon className="ou-good" />
            ) : (
              <ExclamationCircleIcon className="ou-bad" />
            )}{' '}
            {step}
            <span className="ou-offscreen"> {t(ok ? 'host.stepOk' : 'host.stepFailed')}</span>
            {detail && <span className={ok ? 'ou-muted' : 'ou-bad'}> · {detail}</span>}
          </li>
        ))}
      </ol>
      {failed && <Notice variant="danger" title={t('host.probeFailed')} />}
      {!failed && probe.host_key && (
        <Notice variant="info" title={t('host.fingerprint')}>
          <p>{t('host.fingerprintHelp')}</p>
          <code className="ou-break">
            <CopyText text={probe.host_key} label={t('app.copy')} done={t('app.copied')} />
          </code>
        </Notice>
      )}
    </>
  );
}
