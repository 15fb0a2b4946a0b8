// Audit records, newest first, each with its details, read further on demand.
import { Button } from '@patternfly/react-core';
import { AngleDownIcon, AngleRightIcon, HistoryIcon } from '@patternfly/react-icons';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Page } from '@/api/client';
import type { AuditRecord } from '@/api/types';
import { type Changed, machineIds, objectPage, readDetail } from '@/lib/audit';
import { ago, dateTime } from '@/lib/format';
import { type Column, DataTable } from '@/ui/DataTable';
import { Empty, Failure } from '@/ui/Feedback';
import { useNow } from '@/ui/hooks';
import { Status, type StatusKind } from '@/ui/Status';
import { useErrorText } from '../errors';
import { atLeast, useSignedIn } from '../session/hooks';
import { AuditDetails } from './AuditDetails';
import { actionText, fieldName, objectText, valueText } from './words';

interface Props {
  query: UseInfiniteQueryResult<InfiniteData<Page<AuditRecord>>>;
  /** On the page of one object its name need not stand in every row. */
  withoutObject?: boolean;
  /** Shown when there is no record. */
  empty?: ReactNode;
}

export function AuditTable({ query, withoutObject, empty }: Props) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const columns = useColumns(withoutObject ?? false, open, setOpen);
  const { data, error, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  if (error && !data) {
    return (
      <Failure
        title={t('error.load')}
        text={errorText(error)}
        retryLabel={t('app.retry')}
        onRetry={() => void refetch()}
      />
    );
  }
  const rows = data?.pages.flatMap(({ items }) => items);
  return (
    <>
      <DataTable
        label={t('audit.title')}
        columns={columns}
        rows={rows}
        rowKey={({ seq }) => String(seq)}
        dense
        perPage={Number.MAX_SAFE_INTEGER}
        details={(record) => open.has(record.seq) && <AuditDetails record={record} />}
        empty={
          empty ?? (
            <Empty icon={HistoryIcon} title={t('audit.none')}>
              {t('audit.noneHelp')}
            </Empty>
          )
        }
      />
      {rows && rows.length > 0 && (
        <div className="ou-older">
          <span className="ou-small" role="status">
            {hasNextPage
              ? t('audit.shown', { shown: rows.length, count: data?.pages.at(-1)?.total ?? 0 })
              : t('audit.total', { count: rows.length })}
          </span>
          {hasNextPage && (
            <Button
              variant="secondary"
              isLoading={isFetchingNextPage}
              isDisabled={isFetchingNextPage}
              onClick={() => void fetchNextPage()}
            >
              {t('audit.older')}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

const RESULTS: Record<AuditRecord['result'], StatusKind> = {
  ok: 'good',
  refused: 'warning',
  failed: 'failed',
};

function useColumns(
  withoutObject: boolean,
  open: ReadonlySet<number>,
  setOpen: (open: ReadonlySet<number>) => void,
): Column<AuditRecord>[] {
  const { t } = useTranslation();
  const now = useNow();
  const object: Column<AuditRecord> = {
    key: 'object',
    label: t('audit.object'),
    width: 15,
    cell: (record) => <ObjectCell record={record} />,
  };
  return [
    {
      key: 'at',
      label: t('audit.at'),
      fit: true,
      cell: ({ at }) => <span title={ago(at, now)}>{dateTime(at)}</span>,
    },
    {
      key: 'actor',
      label: t('audit.actor'),
      width: 10,
      cell: (record) => <ActorCell record={record} />,
    },
    {
      key: 'action',
      label: t('audit.action'),
      fit: true,
      cell: ({ action }) => <ActionCell action={action} />,
    },
    ...(withoutObject ? [] : [object]),
    {
      key: 'result',
      label: t('audit.result'),
      fit: true,
      cell: ({ result }) => <Status kind={RESULTS[result]}>{t(`audit.results.${result}`)}</Status>,
    },
    {
      key: 'from',
      label: t('audit.from'),
      fit: true,
      cell: (record) => <MeansCell record={record} />,
    },
    {
      key: 'detail',
      label: t('audit.detail'),
      width: 35,
      cell: (record) => <DetailCell record={record} open={open} setOpen={setOpen} />,
    },
  ];
}

function ActionCell({ action }: { action: string }) {
  const { t } = useTranslation();
  return (
    <>
      {actionText(t, action)}
      <code className="ou-action">{action}</code>
    </>
  );
}

function ActorCell({ record }: { record: AuditRecord }) {
  const { t } = useTranslation();
  const { actor, on_behalf_of } = record;
  return (
    <>
      <span className={actor ? 'ou-break' : 'ou-muted'}>{actor ?? t('audit.nobody')}</span>
      {on_behalf_of && (
        <div className="ou-small">
          {t('audit.onBehalf', { name: on_behalf_of.replace(/^group:/, '') })}
        </div>
      )}
    </>
  );
}

export function ObjectCell({ record }: { record: AuditRecord }) {
  const { t } = useTranslation();
  const { role } = useSignedIn();
  const { object, object_name } = record;
  const name = objectText(t, object, object_name);
  if (!name) return t('app.none');
  const page = objectPage(object);
  if (!page || !atLeast(role, page.role)) return <span className="ou-break">{name}</span>;
  return (
    <Link to={page.path} className="ou-break">
      {name}
    </Link>
  );
}

function MeansCell({ record }: { record: AuditRecord }) {
  const { t } = useTranslation();
  const { via, means, address } = record;
  if (via === 'outside') return <Status kind="outside">{t('audit.via.outside')}</Status>;
  return (
    <>
      {means ? t('audit.byToken', { name: means }) : t(`audit.via.${via}`)}
      {address && <div className="ou-small ou-from">{address}</div>}
    </>
  );
}

interface DetailProps {
  record: AuditRecord;
  open: ReadonlySet<number>;
  setOpen: (open: ReadonlySet<number>) => void;
}

function DetailCell({ record, open, setOpen }: DetailProps) {
  const { t } = useTranslation();
  const { seq, action } = record;
  const isOpen = open.has(seq);
  const flip = () => {
    const next = new Set(open);
    if (!next.delete(seq)) next.add(seq);
    setOpen(next);
  };
  return (
    <div className="ou-detailcell">
      <Button
        variant="plain"
        size="sm"
        aria-expanded={isOpen}
        aria-label={t('audit.detailsOf', { seq, action })}
        icon={isOpen ? <AngleDownIcon /> : <AngleRightIcon />}
        onClick={flip}
      />
      <span className="ou-detailcell__text">
        <Summary record={record} />
      </span>
    </div>
  );
}

/** In one line: why it was refused, or which fields changed. */
function Summary({ record }: { record: AuditRecord }) {
  const { t } = useTranslation();
  const { changes, facts } = readDetail(record.detail);
  const why = facts.find(({ field }) => field === 'reason' || field === 'error');
  if (why) return <>{valueText(t, why.field, why.value)}</>;
  const words = [
    ...facts.map(({ field, value }) => named(t, field, shortly(t, field, value))),
    ...changes.map((change) => changeText(t, change)),
  ];
  return <>{words.join(' · ')}</>;
}

/** Machines by their number: which ones is told with the details. */
function shortly(t: TFunction, field: string, value: unknown) {
  const ids = Array.isArray(value) ? machineIds(field, value) : null;
  return ids ? String(ids.length) : valueText(t, field, value);
}

const named = (t: TFunction, field: string, text: string) =>
  field ? `${fieldName(t, field)}: ${text}` : text;

function changeText(t: TFunction, { field, before, after }: Changed) {
  const [old, next] = [shortly(t, field, before), shortly(t, field, after)];
  return named(t, field, before === undefined ? next : `${old} → ${next}`);
}
