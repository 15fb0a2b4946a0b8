// The list on a phone: a card per instance.
import { Card, CardBody, Skeleton } from '@patternfly/react-core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { InstanceRow } from '@/api/types';
import { bytes } from '@/lib/format';
import { useNow } from '@/ui/hooks';
import { useVirtualRows } from '@/ui/virtual';
import { useSignedIn } from '../session/hooks';
import { AddressCell, CpuCell, DriftMark, HostCell, MemoryCell, OwnerCell } from './columns';
import { InstanceStatus, JobProgress } from './InstanceStatus';
import { RowActions } from './RowActions';
import { SelectAll, SelectOne } from './SelectBoxes';
import type { Selection } from './useSelection';

const CARD_HEIGHT = 190;

interface Props {
  /** Undefined while loading. */
  rows: InstanceRow[] | undefined;
  selection: Selection;
}

export function InstanceCards({ rows, selection }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const now = useNow();
  const { items, before, after } = useVirtualRows(box, rows?.length ?? 0, CARD_HEIGHT);
  const { ids, flip } = selection;
  return (
    <>
      <div className="ou-cards__all">
        <SelectAll rows={rows ?? []} selection={selection} isLabelled />
      </div>
      <div ref={box}>
        {!rows && <Skeleton height="12rem" />}
        <div style={{ height: before }} />
        {rows &&
          items.map((index) => {
            const row = rows[index];
            if (!row) return null;
            return <InstanceCard key={row.id} {...{ row, now, flip }} isChosen={ids.has(row.id)} />;
          })}
        <div style={{ height: after }} />
      </div>
    </>
  );
}

interface CardProps {
  row: InstanceRow;
  now: number;
  isChosen: boolean;
  flip: (id: string) => void;
}

function InstanceCard({ row, now, isChosen, flip }: CardProps) {
  const { t } = useTranslation();
  const { role } = useSignedIn();
  const subtitle = row.job ? row.job.message : row.title;
  return (
    <Card isCompact className="ou-card" component="article">
      <CardBody>
        <div className="ou-card__head">
          <SelectOne row={row} isChosen={isChosen} onFlip={flip} />
          <Link to={`/instances/${row.id}`} className="ou-name ou-line">
            {row.name}
          </Link>
          <InstanceStatus row={row} />
          <DriftMark row={row} t={t} />
          <span className="ou-card__actions">
            <RowActions row={row} />
          </span>
        </div>
        <div className="ou-line ou-small">{subtitle}</div>
        <JobProgress row={row} />
        <div className="ou-card__facts">
          <div>
            <CpuCell row={row} t={t} />
          </div>
          <div>
            <MemoryCell row={row} t={t} />
          </div>
          <div>{bytes(row.disk_bytes)}</div>
          <div>
            <AddressCell row={row} t={t} />
          </div>
          <div>{role !== 'user' && <OwnerCell row={row} t={t} />}</div>
          <div>{role === 'administrator' && <HostCell row={row} t={t} now={now} />}</div>
        </div>
      </CardBody>
    </Card>
  );
}
