// The list as a table; only the rows in sight are in the document, so that ten thousand scroll well.
import { Skeleton } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { memo, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { useNow } from '@/ui/hooks';
import { useVirtualRows, useWidth } from '@/ui/virtual';
import {
  type CellContext,
  COLUMNS,
  type ColumnKey,
  fitColumns,
  type InstanceColumn,
} from './columns';
import { RowActions } from './RowActions';
import { SelectAll, SelectOne } from './SelectBoxes';
import type { Selection } from './useSelection';

const ROW_HEIGHT = 58;
const SELECT_WIDTH = 44;
const ACTIONS_WIDTH = 96;

interface Props {
  /** Undefined while loading. */
  rows: InstanceRow[] | undefined;
  columns: ColumnKey[];
  sort: string;
  onSort: (sort: string) => void;
  selection: Selection;
}

export function InstanceTable({ rows, columns, sort, onSort, selection }: Props) {
  const { t } = useTranslation();
  const now = useNow();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const chosen = COLUMNS.filter(({ key }) => columns.includes(key));
  const shown = fitColumns(chosen, width - SELECT_WIDTH - ACTIONS_WIDTH);
  const { items, before, after } = useVirtualRows(box, rows?.length ?? 0, ROW_HEIGHT);
  const context = useMemo(() => ({ t, now }), [t, now]);
  const span = shown.length + 2;
  return (
    <div ref={box}>
      <Table
        role="table"
        aria-label={t('pages.instances')}
        aria-rowcount={(rows?.length ?? 0) + 1}
        variant="compact"
        gridBreakPoint=""
        isStickyHeader
        className="ou-table ou-table--fixed"
      >
        <Head {...{ rows, shown, sort, onSort, selection }} />
        <Tbody>
          <Space height={before} span={span} />
          {rows
            ? items.map((index) => {
                const row = rows[index];
                if (!row) return null;
                const isChosen = selection.ids.has(row.id);
                const flip = selection.flip;
                return <Row key={row.id} {...{ row, index, shown, context, isChosen, flip }} />;
              })
            : SKELETON.map((key) => <SkeletonRow key={key} span={span} />)}
          <Space height={after} span={span} />
        </Tbody>
      </Table>
    </div>
  );
}

const SKELETON = ['a', 'b', 'c', 'd', 'e', 'f'];

function Head({
  rows,
  shown,
  sort,
  onSort,
  selection,
}: Omit<Props, 'columns'> & {
  shown: InstanceColumn[];
}) {
  const { t } = useTranslation();
  const active = sort.replace(/^-/, '');
  const direction = sort.startsWith('-') ? 'desc' : 'asc';
  return (
    <Thead>
      <Tr>
        <Th style={{ width: SELECT_WIDTH }}>
          <SelectAll rows={rows ?? []} selection={selection} />
        </Th>
        {shown.map(({ key, width }) => (
          <Th
            key={key}
            style={key === 'name' ? {} : { width }}
            modifier="nowrap"
            sort={{
              columnIndex: 0,
              sortBy: active === key ? { index: 0, direction } : {},
              onSort: () => onSort(sort === key ? `-${key}` : key),
            }}
          >
            {t(`columns.${key}`)}
          </Th>
        ))}
        <Th style={{ width: ACTIONS_WIDTH }} screenReaderText={t('columns.actions')} />
      </Tr>
    </Thead>
  );
}

interface RowProps {
  row: InstanceRow;
  index: number;
  shown: InstanceColumn[];
  context: CellContext;
  isChosen: boolean;
  flip: (id: string) => void;
}

const Row = memo(function Row({ row, index, shown, context, isChosen, flip }: RowProps) {
  const { t } = context;
  return (
    <Tr aria-rowindex={index + 2} className="ou-row" isRowSelected={isChosen}>
      <Td>
        <SelectOne row={row} isChosen={isChosen} onFlip={flip} />
      </Td>
      {shown.map(({ key, cell }) => (
        <Td key={key} dataLabel={t(`columns.${key}`)}>
          {cell(row, context)}
        </Td>
      ))}
      <Td isActionCell className="ou-actions">
        <RowActions row={row} />
      </Td>
    </Tr>
  );
});

function Space({ height, span }: { height: number; span: number }) {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td colSpan={span} className="ou-space" style={{ height }} />
    </tr>
  );
}

function SkeletonRow({ span }: { span: number }) {
  return (
    <Tr className="ou-row">
      <Td colSpan={span}>
        <Skeleton height="1.5rem" />
      </Td>
    </Tr>
  );
}
