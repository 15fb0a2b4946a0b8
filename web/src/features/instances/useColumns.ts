// Which columns one has chosen, kept in this browser per role.
import { useState } from 'react';
import { useSignedIn } from '../session/hooks';
import { COLUMNS, type ColumnKey, defaultColumns } from './columns';

export function useColumns(): [ColumnKey[], (columns: ColumnKey[] | null) => void] {
  const { role } = useSignedIn();
  const key = `ourea.columns.${role}`;
  const [columns, setColumns] = useState(() => stored(key) ?? defaultColumns(role));
  const change = (next: ColumnKey[] | null) => {
    if (next) localStorage.setItem(key, next.join(','));
    else localStorage.removeItem(key);
    setColumns(next ?? defaultColumns(role));
  };
  return [columns, change];
}

function stored(key: string): ColumnKey[] | null {
  const names = localStorage.getItem(key)?.split(',');
  if (!names) return null;
  return COLUMNS.map((column) => column.key).filter((name) => names.includes(name));
}
