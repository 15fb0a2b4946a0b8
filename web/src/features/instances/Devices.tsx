// The disks, network interfaces and displays of an instance.
import { Card, CardBody, CardTitle } from '@patternfly/react-core';
import { PlusIcon } from '@patternfly/react-icons';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Disk, Graphics, Instance, Nic } from '@/api/types';
import { bytes } from '@/lib/format';
import { ReasonButton } from '@/ui/Actions';
import { CopyText } from '@/ui/Copy';
import { type Column, DataTable } from '@/ui/DataTable';
import { useRole } from '../session/hooks';
import { refusal } from './actions';
import { useInstanceDialogs } from './dialogContext';
import { poolsOf } from './PoolField';

const DEVICES = ['disk', 'cdrom', 'floppy', 'lun'] as const;

function deviceName(t: TFunction, device: string): string {
  const known = DEVICES.find((name) => name === device);
  return known ? t(`disks.kind.${known}`) : device;
}

export function DisksCard({ instance }: { instance: Instance }) {
  const { t } = useTranslation();
  const open = useInstanceDialogs();
  const { id, disks } = instance;
  const reason = refusal(instance, 'resize', t('error.notAllowed'));
  const columns: Column<Disk>[] = [
    { key: 'target', label: t('disks.target'), fit: true, cell: (disk) => disk.target },
    {
      key: 'device',
      label: t('disks.device'),
      fit: true,
      cell: ({ device, bus }) => [deviceName(t, device), bus].filter(Boolean).join(' · '),
    },
    { key: 'volume', label: t('disks.volume'), cell: (disk) => <VolumeCell disk={disk} /> },
    {
      key: 'format',
      label: t('disks.format'),
      fit: true,
      cell: (disk) => disk.format ?? t('app.none'),
    },
    { key: 'size', label: t('disks.size'), fit: true, cell: (disk) => <SizeCell disk={disk} /> },
    {
      key: 'grow',
      label: '',
      fit: true,
      cell: (disk) =>
        canGrow(disk) && (
          <ReasonButton
            variant="link"
            isInline
            reason={reason}
            aria-label={t('disks.growOf', { target: disk.target })}
            onClick={() => open({ kind: 'disk', id, disk })}
          >
            {t('disks.grow')}
          </ReasonButton>
        ),
    },
  ];
  return (
    <DeviceCard title={t('disks.title')} action={<AddDisk instance={instance} reason={reason} />}>
      <DataTable
        label={t('disks.title')}
        columns={columns}
        rows={disks}
        rowKey={({ target }) => target}
        empty={<p className="ou-muted">{t('disks.none')}</p>}
      />
    </DeviceCard>
  );
}

function AddDisk({ instance, reason }: { instance: Instance; reason: string | null }) {
  const { t } = useTranslation();
  const open = useInstanceDialogs();
  const mayChoose = useRole('administrator');
  const noPool = mayChoose || poolsOf(instance.disks).length > 0 ? null : t('disks.noPool');
  return (
    <ReasonButton
      variant="link"
      isInline
      reason={reason ?? noPool}
      icon={<PlusIcon />}
      onClick={() => open({ kind: 'disk', id: instance.id, disk: null })}
    >
      {t('disks.add')}
    </ReasonButton>
  );
}

const canGrow = ({ device, volume, capacity_bytes, readonly }: Disk) =>
  device === 'disk' && volume !== null && capacity_bytes !== null && !readonly;

function VolumeCell({ disk }: { disk: Disk }) {
  const { t } = useTranslation();
  if (!disk.volume) {
    const words = disk.device === 'disk' ? t('disks.outside') : t('disks.empty');
    return <span className="ou-muted">{words}</span>;
  }
  return (
    <>
      {disk.pool ? `${disk.pool} / ${disk.volume}` : disk.volume}
      {disk.readonly && <span className="ou-small"> · {t('disks.readonly')}</span>}
      {disk.backing && <div className="ou-small">{t('disks.backing', { name: disk.backing })}</div>}
    </>
  );
}

function SizeCell({ disk }: { disk: Disk }) {
  const { t } = useTranslation();
  if (disk.capacity_bytes === null) return t('app.none');
  const size = bytes(disk.capacity_bytes);
  if (disk.allocation_bytes === null) return size;
  return t('disks.allocated', { size, used: bytes(disk.allocation_bytes) });
}

export function NicsCard({ nics }: { nics: Nic[] }) {
  const { t } = useTranslation();
  const columns: Column<Nic>[] = [
    {
      key: 'mac',
      label: t('nics.mac'),
      cell: ({ mac }) => <CopyText text={mac} label={t('app.copy')} done={t('app.copied')} />,
    },
    { key: 'network', label: t('nics.network'), cell: ({ network }) => network ?? t('app.none') },
    { key: 'bridge', label: t('nics.bridge'), cell: ({ bridge }) => bridge ?? t('app.none') },
    { key: 'model', label: t('nics.model'), cell: ({ model }) => model ?? t('app.none') },
  ];
  return (
    <DeviceCard title={t('nics.title')}>
      <DataTable
        label={t('nics.title')}
        columns={columns}
        rows={nics}
        rowKey={({ mac }) => mac}
        empty={<p className="ou-muted">{t('nics.none')}</p>}
      />
    </DeviceCard>
  );
}

export function GraphicsCard({ graphics }: { graphics: Graphics[] }) {
  const { t } = useTranslation();
  return (
    <DeviceCard title={t('graphics.title')}>
      {graphics.length === 0 && <p className="ou-muted">{t('graphics.none')}</p>}
      {graphics.map(({ type, listen, port }) => (
        <p key={type}>
          {type.toUpperCase()}
          {listen && port !== null && <span className="ou-small"> · {`${listen}:${port}`}</span>}
        </p>
      ))}
    </DeviceCard>
  );
}

interface DeviceCardProps {
  title: string;
  action?: React.ReactNode;
  children: React.ReactNode;
}

function DeviceCard({ title, action, children }: DeviceCardProps) {
  return (
    <Card isCompact>
      <CardTitle component="h2">
        <div className="ou-card__head">
          <span>{title}</span>
          {action}
        </div>
      </CardTitle>
      <CardBody>{children}</CardBody>
    </Card>
  );
}
