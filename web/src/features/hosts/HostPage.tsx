// One host: what it is, how loaded it is, its storage pools and networks.
import {
  Card,
  CardBody,
  CardTitle,
  DescriptionList,
  DescriptionListDescription,
  DescriptionListGroup,
  DescriptionListTerm,
  PageSection,
} from '@patternfly/react-core';
import { ServerIcon } from '@patternfly/react-icons';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import type { Host } from '@/api/types';
import { ago } from '@/lib/format';
import { ReasonButton } from '@/ui/Actions';
import { Dialog } from '@/ui/Dialog';
import { Failure, SkeletonLines } from '@/ui/Feedback';
import { useNow } from '@/ui/hooks';
import { Notice } from '@/ui/Notice';
import { PageHeader } from '@/ui/PageHeader';
import { useErrorText } from '../errors';
import { DeadEnd } from '../frame/DeadEnd';
import { HostMetricsCard } from '../metrics/MetricsCards';
import { useReadOnly } from '../session/hooks';
import { HostStatus } from './HostStatus';
import { CpuCell, MemoryCell } from './HostTable';
import { useHosts, useRemoveHost } from './hooks';
import { LimitsCard } from './LimitsCard';
import { isAnswering } from './maintenance';
import { MaintenanceNotice } from './MaintenanceNotice';
import { NetworksCard, PoolsCard } from './Resources';

const maintenanceDialogs = () => import('./MaintenanceDialogs');
const BeginDialog = lazy(async () => ({ default: (await maintenanceDialogs()).BeginDialog }));
const EndDialog = lazy(async () => ({ default: (await maintenanceDialogs()).EndDialog }));

export function HostPage() {
  const { t } = useTranslation();
  const { name = '' } = useParams();
  const { data, error } = useHosts();
  const errorText = useErrorText();
  const host = data?.find((entry) => entry.name === name);
  if (host) return <Loaded host={host} />;
  if (data) {
    return (
      <DeadEnd
        icon={ServerIcon}
        heading={t('error.notFound')}
        title={t('host.gone', { name })}
        text={t('host.goneHelp')}
        onward={{ to: '/hosts', label: t('pages.hosts') }}
      />
    );
  }
  return (
    <PageSection>
      {error && <Failure title={t('error.load')} text={errorText(error)} />}
      {!error && <SkeletonLines lines={8} label={t('app.loading')} />}
    </PageSection>
  );
}

function Loaded({ host }: { host: Host }) {
  const { t } = useTranslation();
  const now = useNow();
  const [dialog, setDialog] = useState<DialogKind | null>(null);
  const close = () => setDialog(null);
  const stale =
    isAnswering(host) || !host.seen_at ? '' : t('instances.stale', { ago: ago(host.seen_at, now) });
  return (
    <>
      <PageHeader
        title={host.name}
        badge={<HostStatus state={host.state} />}
        subtitle={[host.uri, stale].filter(Boolean).join(' · ')}
        crumbs={[{ label: t('pages.hosts'), to: '/hosts' }]}
        actions={<Actions host={host} onOpen={setDialog} />}
      />
      <PageSection isFilled>
        <div className="ou-grid__main">
          {host.state === 'maintenance' && (
            <MaintenanceNotice host={host} onMoveRest={() => setDialog('rest')} />
          )}
          {host.error && (
            <Notice variant="danger" title={t('host.notAnswering')}>
              {host.error}
            </Notice>
          )}
          <FactsCard host={host} />
          <HostMetricsCard host={host} />
          <LimitsCard host={host} />
          <PoolsCard host={host.name} />
          <NetworksCard host={host.name} />
        </div>
      </PageSection>
      {dialog === 'remove' && <RemoveDialog name={host.name} onClose={close} />}
      <Suspense>
        {(dialog === 'begin' || dialog === 'rest') && (
          <BeginDialog host={host.name} kind={dialog} onClose={close} />
        )}
        {dialog === 'end' && <EndDialog host={host.name} onClose={close} />}
      </Suspense>
    </>
  );
}

type DialogKind = 'begin' | 'rest' | 'end' | 'remove';

function Actions({ host, onOpen }: { host: Host; onOpen: (dialog: DialogKind) => void }) {
  const { t } = useTranslation();
  const reason = useReadOnly();
  const kind = host.state === 'maintenance' ? 'end' : 'begin';
  return (
    <>
      <ReasonButton variant="secondary" reason={reason} onClick={() => onOpen(kind)}>
        {t(`maintenance.menu.${kind}`)}
      </ReasonButton>
      <ReasonButton variant="secondary" isDanger reason={reason} onClick={() => onOpen('remove')}>
        {t('host.remove')}
      </ReasonButton>
    </>
  );
}

function FactsCard({ host }: { host: Host }) {
  const { t } = useTranslation();
  const version = (name: string, value: string | null) => (value ? `${name} ${value}` : null);
  const facts: [string, React.ReactNode][] = [
    [t('host.cpu'), <CpuCell key="cpu" host={host} />],
    [t('host.memory'), <MemoryCell key="memory" host={host} />],
    [
      t('pages.instances'),
      <Link key="instances" to={`/instances?host=${encodeURIComponent(host.name)}`}>
        {t('host.instances', { count: host.instances, running: host.running })}
      </Link>,
    ],
    [t('clusters.field'), host.cluster ?? t('app.none')],
    [t('host.model'), [host.cpu_model, host.arch].filter(Boolean).join(' · ') || t('app.none')],
    [
      t('host.software'),
      [
        host.hypervisor && version(host.hypervisor, host.hypervisor_version),
        version('libvirt', host.libvirt_version),
      ]
        .filter(Boolean)
        .join(' · ') || t('app.none'),
    ],
    [
      t('host.fingerprint'),
      host.host_key ? (
        <code key="key" className="ou-break ou-small">
          {host.host_key}
        </code>
      ) : (
        t('app.none')
      ),
    ],
  ];
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('facts.title')}</CardTitle>
      <CardBody>
        <DescriptionList
          isCompact
          isHorizontal
          horizontalTermWidthModifier={{ default: '9ch' }}
          columnModifier={{ default: '1Col', lg: '2Col' }}
          className="ou-facts"
        >
          {facts.map(([term, value]) => (
            <DescriptionListGroup key={term}>
              <DescriptionListTerm>{term}</DescriptionListTerm>
              <DescriptionListDescription>{value}</DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
      </CardBody>
    </Card>
  );
}

function RemoveDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const navigate = useNavigate();
  const remove = useRemoveHost();
  return (
    <Dialog
      title={t('host.removeTitle', { name })}
      titleIcon="warning"
      description={t('host.removeText')}
      confirm={t('host.remove')}
      cancel={t('app.cancel')}
      variant="danger"
      isBusy={remove.isPending}
      error={remove.error && errorText(remove.error)}
      onConfirm={() => remove.mutate(name, { onSuccess: () => navigate('/hosts') })}
      onClose={onClose}
    />
  );
}
