// Reads the CSV of names before it is sent, so that a mistake is shown with its line at once.

export interface CsvName {
  name: string;
  mac: string | null;
  ip: string | null;
  pool: string;
}

export type CsvFault =
  | { kind: 'header'; line: number; value: string }
  | { kind: 'columns'; line: number; value: string }
  | { kind: 'name' | 'mac' | 'ip' | 'pool' | 'twice'; line: number; value: string };

const COLUMNS = ['name', 'mac', 'ip', 'pool'] as const;
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/;
const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;
const IP = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*)$/i;

/** Splits one line; quotes follow RFC 4180. */
export function cells(line: string): string[] {
  const found = line.matchAll(/(?:^|[,;])(?:"((?:[^"]|"")*)"|([^,;]*))/g);
  return [...found].map((m) =>
    (m[1] !== undefined ? m[1].replaceAll('""', '"') : (m[2] ?? '')).trim(),
  );
}

function fault(row: CsvName, line: number): CsvFault | null {
  if (!NAME.test(row.name)) return { kind: 'name', line, value: row.name };
  if (row.mac && !MAC.test(row.mac)) return { kind: 'mac', line, value: row.mac };
  if (row.ip && !IP.test(row.ip)) return { kind: 'ip', line, value: row.ip };
  if (!NAME.test(row.pool)) return { kind: 'pool', line, value: row.pool };
  return null;
}

export function parseNames(text: string): { items: CsvName[]; faults: CsvFault[] } {
  const items: CsvName[] = [];
  const faults: CsvFault[] = [];
  const seen = new Set<string>();
  let header: string[] | null = null;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    if (!raw.trim() || raw.startsWith('#')) continue;
    const row = cells(raw);
    if (!header) {
      header = row.map((cell) => cell.toLowerCase());
      if (
        !header.includes('name') ||
        !header.every((c) => (COLUMNS as readonly string[]).includes(c))
      ) {
        return { items, faults: [{ kind: 'header', line, value: raw }] };
      }
      continue;
    }
    if (row.length !== header.length) {
      faults.push({ kind: 'columns', line, value: raw });
      continue;
    }
    const cell = (column: string) => row[header?.indexOf(column) ?? -1] || null;
    const item = {
      name: cell('name') ?? '',
      mac: cell('mac'),
      ip: cell('ip'),
      pool: cell('pool') ?? '',
    };
    const wrong = fault(item, line);
    if (wrong) faults.push(wrong);
    else if (seen.has(item.name)) faults.push({ kind: 'twice', line, value: item.name });
    else items.push(item);
    seen.add(item.name);
  }
  return { items, faults };
}
