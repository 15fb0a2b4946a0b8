// A table of modest size: sorted by its head, in pages, cards on a phone, skeleton while it loads.
import { Skeleton } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import type { ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { compareBy } from '@/lib/natural';
import { Pager } from './Pager';
import { useSetParameter } from './parameters';

export interface Column<T> {
  key: string;
  label: string;
  /** As narrow as its content, which does not wrap. */
  fit?: boolean;
  width?: 10 | 15 | 20 | 25 | 30 | 35 | 40 | 45 | 50 | 60;
  /** What the column is sorted by; a column without it is not sorted. */
  sort?: (row: T) => string | number | null;
  cell: (row: T) => ReactNode;
  isAction?: boolean;
  /** On a phone two or four of them share a line; actions in words stand beneath the row. */
  narrow?: 'half' | 'quarter' | 'below';
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  /** Undefined while loading. */
  rows: T[] | undefined;
  rowKey: (row: T) => string;
  /** Shown instead of the table when there is no row. */
  empty: ReactNode;
  perPage?: number;
  /** What stands beneath a row over its whole width; nothing where it is closed. */
  details?: (row: T) => ReactNode;
  /** On a phone each row is a few lines without its labels instead of a card. */
  dense?: boolean;
  /** Rows of several lines of text begin at the same height in all columns. */
  isProse?: boolean;
  /** The URL's parameters start with this, for two tables on one page. */
  prefix?: string;
}

export function DataTable<T>(props: Props<T>) {
  const { label, columns, rows, rowKey, empty, perPage = 50, prefix = '' } = props;
  const [parameters] = useSearchParams();
  const sort = parameters.get(`${prefix}sort`) ?? '';
  const page = Math.max(1, Number(parameters.get(`${prefix}page`)) || 1);
  const set = useSetParameter();
  if (rows?.length === 0) return empty;
  const sorted = sortRows(rows, columns, sort);
  const shown = sorted?.slice((page - 1) * perPage, page * perPage);
  return (
    <>
      <Table
        role="table"
        aria-label={label}
        variant="compact"
        gridBreakPoint="grid-md"
        className={classes('ou-table', props.dense ? DENSE : CARDS, props.isProse && PROSE)}
      >
        <Thead>
          <Tr>
            {columns.map((column) => (
              <HeadCell
                key={column.key}
                column={column}
                sort={sort}
                onSort={(s) => set(`${prefix}sort`, s)}
              />
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {shown
            ? shown.map((row) => (
                <Row key={rowKey(row)} row={row} columns={columns} details={props.details?.(row)} />
              ))
            : SKELETON.map((key) => <SkeletonRow key={key} columns={columns} />)}
        </Tbody>
      </Table>
      {rows && rows.length > perPage && (
        <Pager
          total={rows.length}
          perPage={perPage}
          page={page}
          onPage={(next) => set(`${prefix}page`, next === 1 ? '' : String(next))}
        />
      )}
    </>
  );
}

const DENSE = 'ou-table--dense';
const CARDS = 'ou-table--cards';
const PROSE = 'ou-table--prose';

const classes = (...names: (string | false | undefined)[]) => names.filter(Boolean).join(' ');

const SKELETON = ['a', 'b', 'c', 'd', 'e'];

function sortRows<T>(rows: T[] | undefined, columns: Column<T>[], sort: string) {
  const column = columns.find(({ key }) => key === sort.replace(/^-/, ''));
  if (!rows || !column?.sort) return rows;
  return rows.toSorted(compareBy(column.sort, sort.startsWith('-') ? 'desc' : 'asc'));
}

function HeadCell<T>({
  column,
  sort,
  onSort,
}: {
  column: Column<T>;
  sort: string;
  onSort: (sort: string) => void;
}) {
  if (!column.label) return <Th screenReaderText={column.key} />;
  const shape = column.fit ? ({ modifier: 'fitContent' } as const) : { width: column.width };
  if (!column.sort) return <Th {...shape}>{column.label}</Th>;
  const active = sort.replace(/^-/, '') === column.key;
  return (
    <Th
      {...shape}
      sort={{
        columnIndex: 0,
        sortBy: active ? { index: 0, direction: sort.startsWith('-') ? 'desc' : 'asc' } : {},
        onSort: () => onSort(active && !sort.startsWith('-') ? `-${column.key}` : column.key),
      }}
    >
      {column.label}
    </Th>
  );
}

interface RowProps<T> {
  row: T;
  columns: Column<T>[];
  details: ReactNode;
}

function Row<T>({ row, columns, details }: RowProps<T>) {
  return (
    <>
      <Tr className={details ? 'ou-detailed' : undefined}>
        {columns.map((column) => (
          <Td
            key={column.key}
            dataLabel={column.label}
            data-column={column.key}
            className={column.narrow && `ou-cell--${column.narrow}`}
            modifier={column.fit ? 'nowrap' : undefined}
            isActionCell={column.isAction ?? false}
          >
            {column.cell(row)}
          </Td>
        ))}
      </Tr>
      {details && (
        <Tr className="ou-details">
          <Td colSpan={columns.length}>{details}</Td>
        </Tr>
      )}
    </>
  );
}

function SkeletonRow<T>({ columns }: { columns: Column<T>[] }) {
  return (
    <Tr>
      {columns.map((column) => (
        <Td key={column.key} dataLabel={column.label}>
          {column.label && <Skeleton />}
        </Td>
      ))}
    </Tr>
  );
}
