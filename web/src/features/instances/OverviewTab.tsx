// The facts of an instance: size, origin, disks, network, screen.
import { Card, CardBody, CardTitle, DescriptionList, Label } from '@patternfly/react-core';
import { PencilAltIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Instance } from '@/api/types';
import { ago, bytes, dateTime, mib } from '@/lib/format';
import { holderOf } from '@/lib/holder';
import { ReasonButton } from '@/ui/Actions';
import { CopyText } from '@/ui/Copy';
import { useNow } from '@/ui/hooks';
import { Meter } from '@/ui/Meter';
import { InstanceMetricsCard } from '../metrics/MetricsCards';
import { Fact } from '../people/Facts';
import { HolderLink } from '../people/HolderLink';
import { useRole, useSignedIn } from '../session/hooks';
import { refusal } from './actions';
import { DisksCard, GraphicsCard, NicsCard } from './Devices';
import { useInstanceDialogs } from './dialogContext';
import { DriftNotice } from './DriftNotice';
import { useTabInstance } from './InstancePage';
import { NobodysNotice } from './NobodysNotice';
import { Screenshot } from './Screenshot';

export function OverviewTab() {
  const instance = useTabInstance();
  const isAdministrator = useRole('administrator');
  const isNobodys =
    isAdministrator &&
    instance.owners.length === 0 &&
    !instance.template &&
    instance.state !== 'missing';
  return (
    <div className="ou-grid">
      {instance.drift && <DriftNotice instance={instance} />}
      {isNobodys && <NobodysNotice instance={instance} />}
      <div className="ou-grid__main">
        <FactsCard instance={instance} />
        <DisksCard instance={instance} />
        <NicsCard nics={instance.interfaces} />
        <InstanceMetricsCard instance={instance} />
      </div>
      <div className="ou-grid__side">
        {instance.state === 'running' && <ScreenCard instance={instance} />}
        <DescriptionCard instance={instance} />
        <GraphicsCard graphics={instance.graphics} />
      </div>
    </div>
  );
}

function FactsCard({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
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
          <SizeFacts instance={instance} />
          <PlaceFacts instance={instance} />
        </DescriptionList>
      </CardBody>
    </Card>
  );
}

function SizeFacts({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const { name, cpu_percent, memory_used_mib, memory_mib } = instance;
  return (
    <>
      <Fact term={t('facts.cpu')}>
        {t('instances.vcpus', { count: instance.vcpus })}
        {cpu_percent !== null && (
          <Meter label={t('instances.cpuOf', { name })} value={cpu_percent} />
        )}
      </Fact>
      <Fact term={t('facts.memory')}>
        {mib(memory_mib)}
        {memory_used_mib !== null && memory_mib > 0 && (
          <Meter
            label={t('instances.memoryOf', { name })}
            value={(memory_used_mib / memory_mib) * 100}
          />
        )}
      </Fact>
      {instance.pending_restart && (
        <Fact term={t('facts.pending')}>
          <Label color="orange" isCompact>
            {t('facts.pendingRestart', {
              cpu: t('instances.vcpus', { count: instance.pending_restart.vcpus }),
              memory: mib(instance.pending_restart.memory_mib),
            })}
          </Label>
        </Fact>
      )}
      <Fact term={t('facts.disk')}>{bytes(instance.disk_bytes)}</Fact>
      <Fact term={t('facts.addresses')}>
        {instance.addresses.length === 0
          ? t('app.none')
          : instance.addresses.map((address) => (
              <div key={address}>
                <CopyText text={address} label={t('app.copy')} done={t('app.copied')} />
              </div>
            ))}
      </Fact>
    </>
  );
}

function PlaceFacts({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const { role } = useSignedIn();
  const now = useNow();
  const { origin, created_at } = instance;
  return (
    <>
      {role === 'administrator' && instance.host && (
        <Fact term={t('facts.host')}>
          <Link to={`/hosts/${encodeURIComponent(instance.host)}`}>{instance.host}</Link>
        </Fact>
      )}
      <Fact term={t('facts.owners')}>
        {instance.owners.length === 0 && t('instances.noOwner')}
        {instance.owners.map((owner) => (
          <HolderLink key={owner} holder={holderOf(owner)} />
        ))}
      </Fact>
      {instance.tags.length > 0 && (
        <Fact term={t('tags.label')}>
          <span className="ou-taglist">
            {instance.tags.map((tag) => (
              <Link key={tag} to={`/instances?tag=${encodeURIComponent(tag)}`}>
                <Label isCompact>{tag}</Label>
              </Link>
            ))}
          </span>
        </Fact>
      )}
      {origin && (
        <Fact term={t('facts.origin')}>
          {t(origin.linked ? 'facts.linkedTo' : 'facts.copyOf', { name: origin.name ?? origin.id })}
        </Fact>
      )}
      <Fact term={t('facts.snapshots')}>{instance.snapshots}</Fact>
      <Fact term={t('facts.machine')}>
        {[instance.machine, instance.cpu].filter(Boolean).join(' · ') || t('app.none')}
      </Fact>
      {created_at && (
        <Fact term={t('facts.created')}>
          <span title={dateTime(created_at)}>{ago(created_at, now)}</span>
        </Fact>
      )}
      <Fact term={t('facts.changed')}>
        <span title={dateTime(instance.changed_at)}>{ago(instance.changed_at, now)}</span>
      </Fact>
      <Fact term={t('facts.id')}>
        <CopyText text={instance.id} label={t('app.copy')} done={t('app.copied')} />
      </Fact>
    </>
  );
}

function ScreenCard({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const to = `/instances/${instance.id}/console`;
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('screenshot.title')}</CardTitle>
      <CardBody>
        <Link
          to={to}
          className="ou-screen"
          aria-label={t('instances.consoleOf', { name: instance.name })}
        >
          <Screenshot id={instance.id} name={instance.name} />
        </Link>
      </CardBody>
    </Card>
  );
}

function DescriptionCard({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const open = useInstanceDialogs();
  return (
    <Card isCompact>
      <CardTitle component="h2">
        <div className="ou-card__head">
          <span>{t('edit.about')}</span>
          <ReasonButton
            variant="link"
            isInline
            reason={refusal(instance, 'edit', t('error.notAllowed'))}
            icon={<PencilAltIcon />}
            onClick={() => open({ kind: 'edit', id: instance.id })}
          >
            {t('app.edit')}
          </ReasonButton>
        </div>
      </CardTitle>
      <CardBody>
        <p>{instance.title ?? <span className="ou-muted">{t('edit.noTitle')}</span>}</p>
        {instance.description && <p className="ou-description">{instance.description}</p>}
      </CardBody>
    </Card>
  );
}
