// The columns of the list of instances.
import { Label, Tooltip } from '@patternfly/react-core';
import { ExclamationTriangleIcon } from '@patternfly/react-icons';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import type { InstanceRow, Role } from '@/api/types';
import { ago, bytes, dateTime, mib } from '@/lib/format';
import { CopyText } from '@/ui/Copy';
import { Meter } from '@/ui/Meter';
import { InstanceStatus, JobProgress } from './InstanceStatus';
import { ownerText } from './words';

export type ColumnKey =
  'name' | 'state' | 'owner' | 'host' | 'cpu' | 'memory' | 'disk' | 'address' | 'changed';

export interface InstanceColumn {
  key: ColumnKey;
  /** In pixels; the name takes what is left. */
  width: number;
  cell: (row: InstanceRow, context: CellContext) => ReactNode;
}

export interface CellContext {
  t: TFunction;
  now: number;
}

export const COLUMNS: InstanceColumn[] = [
  { key: 'name', width: 168, cell: (row, { t }) => <NameCell row={row} t={t} /> },
  { key: 'state', width: 116, cell: (row) => <StateCell row={row} /> },
  { key: 'owner', width: 116, cell: (row, { t }) => <OwnerCell row={row} t={t} /> },
  { key: 'host', width: 120, cell: (row, context) => <HostCell row={row} {...context} /> },
  { key: 'cpu', width: 90, cell: (row, { t }) => <CpuCell row={row} t={t} /> },
  { key: 'memory', width: 98, cell: (row, { t }) => <MemoryCell row={row} t={t} /> },
  { key: 'disk', width: 78, cell: (row) => bytes(row.disk_bytes) },
  { key: 'address', width: 128, cell: (row, { t }) => <AddressCell row={row} t={t} /> },
  { key: 'changed', width: 108, cell: (row, { now }) => <ChangedCell row={row} now={now} /> },
];

/** Which are shown unless one chooses otherwise. */
export function defaultColumns(role: Role): ColumnKey[] {
  const shared: ColumnKey[] = ['name', 'state', 'cpu', 'memory', 'disk', 'address'];
  if (role === 'user') return [...shared, 'changed'];
  return role === 'staff' ? [...shared, 'owner'] : [...shared, 'owner', 'host'];
}

/** What gives way first when the window is narrow. */
const GIVE_WAY: ColumnKey[] = ['changed', 'disk', 'owner', 'host', 'memory', 'cpu', 'address'];

/** Drops columns until the rest fits into `width` pixels. */
export function fitColumns(columns: InstanceColumn[], width: number): InstanceColumn[] {
  let kept = columns;
  for (const key of GIVE_WAY) {
    if (kept.reduce((sum, column) => sum + column.width, 0) <= width) break;
    kept = kept.filter((column) => column.key !== key);
  }
  return kept;
}

interface CellProps {
  row: InstanceRow;
  t: TFunction;
}

function NameCell({ row, t }: CellProps) {
  const subtitle = row.job ? row.job.message : row.title;
  return (
    <>
      <span className="ou-nameline">
        <Link to={`/instances/${row.id}`} className="ou-name ou-line" title={row.name}>
          {row.name}
        </Link>
        {row.template && (
          <Label isCompact color="teal" className="ou-tag">
            {t('instances.template')}
          </Label>
        )}
        <DriftMark row={row} t={t} />
        <Tags tags={row.tags} />
      </span>
      {subtitle && (
        <span className="ou-line ou-small" title={subtitle}>
          {subtitle}
        </span>
      )}
    </>
  );
}

/** The first one; a column has no room for more. */
function Tags({ tags: [first, ...more] }: { tags: string[] }) {
  if (!first) return null;
  return (
    <>
      <Label isCompact className="ou-tag ou-tag--gives">
        {first}
      </Label>
      {more.length > 0 && (
        <span className="ou-small" title={more.join(', ')}>
          +{more.length}
        </span>
      )}
    </>
  );
}

export function DriftMark({ row, t }: CellProps) {
  if (!row.drift) return null;
  return (
    <Tooltip content={t('facts.drift')}>
      <Label isCompact color="orange" className="ou-tag">
        {t('drift.mark')}
      </Label>
    </Tooltip>
  );
}

function StateCell({ row }: { row: InstanceRow }) {
  return (
    <>
      <InstanceStatus row={row} />
      <JobProgress row={row} />
    </>
  );
}

export function OwnerCell({ row, t }: CellProps) {
  if (row.owners.length === 0) return <span className="ou-muted">{t('instances.noOwner')}</span>;
  const all = row.owners.map((owner) => ownerText(t, owner)).join(', ');
  return (
    <span className="ou-line" title={all}>
      {all}
    </span>
  );
}

export function HostCell({ row, t, now }: CellProps & { now: number }) {
  if (!row.host) return <span className="ou-muted">{t('app.none')}</span>;
  if (row.host_state !== 'offline') {
    return (
      <span className="ou-line" title={row.host}>
        {row.host}
      </span>
    );
  }
  const seen = row.seen_at ? ago(row.seen_at, now) : t('instances.unseen');
  return (
    <Tooltip content={t('instances.staleHelp', { host: row.host })}>
      <span>
        <span className="ou-line">
          <ExclamationTriangleIcon className="ou-warn" /> {row.host}
        </span>
        <span className="ou-line ou-small">{seen}</span>
      </span>
    </Tooltip>
  );
}

export function CpuCell({ row, t }: CellProps) {
  return (
    <>
      <span className="ou-line">{t('instances.vcpus', { count: row.vcpus })}</span>
      {row.cpu_percent !== null && (
        <Meter label={t('instances.cpuOf', { name: row.name })} value={row.cpu_percent} />
      )}
    </>
  );
}

export function MemoryCell({ row, t }: CellProps) {
  return (
    <>
      <span className="ou-line">{mib(row.memory_mib)}</span>
      {row.memory_used_mib !== null && row.memory_mib > 0 && (
        <Meter
          label={t('instances.memoryOf', { name: row.name })}
          value={(row.memory_used_mib / row.memory_mib) * 100}
        />
      )}
    </>
  );
}

export function AddressCell({ row, t }: CellProps) {
  const [first, ...more] = row.addresses;
  if (!first) return <span className="ou-muted">{t('app.none')}</span>;
  return (
    <span className="ou-line">
      <CopyText text={first} label={t('app.copy')} done={t('app.copied')} />
      {more.length > 0 && (
        <span className="ou-small" title={more.join(', ')}>
          {' '}
          +{more.length}
        </span>
      )}
    </span>
  );
}

function ChangedCell({ row, now }: { row: InstanceRow; now: number }) {
  return (
    <span className="ou-line" title={dateTime(row.changed_at)}>
      {ago(row.changed_at, now)}
    </span>
  );
}
