// The pure functions: formats, quota arithmetic, ordering, CSV, command lines, matching, back-off.
import { describe, expect, it } from 'vitest';
import { backoff } from './backoff';
import { cells, parseNames } from './csv';
import { curl, shellQuote } from './curl';
import { ago, bytes, mib, percent } from './format';
import { best, score } from './match';
import { compareBy, natural } from './natural';
import { clamp, largestOf, left, range, share } from './quota';

describe('format', () => {
  it('writes sizes with the unit that people read', () => {
    expect(bytes(0)).toBe('0\u00a0B');
    expect(bytes(1536)).toBe('1.5\u00a0KiB');
    expect(mib(256)).toBe('256\u00a0MiB');
    expect(mib(1024)).toBe('1\u00a0GiB');
    expect(bytes(2 * 1024 ** 4)).toBe('2\u00a0TiB');
    expect(bytes(1024 ** 3 - 1)).toBe('1\u00a0GiB');
  });

  it('says how long ago something was', () => {
    const now = Date.parse('2026-01-31T12:00:00Z');
    expect(ago('2026-01-31T11:58:00Z', now)).toBe('2 min. ago');
    expect(ago('2026-01-31T12:00:05Z', now)).toBe('now');
    expect(ago('2026-01-30T11:00:00Z', now)).toBe('yesterday');
  });

  it('rounds percentages', () => {
    expect(percent(12.6)).toBe('13\u00a0%');
  });
});

describe('quota', () => {
  it('knows what a limit leaves', () => {
    expect(left(null, 5)).toBeNull();
    expect(left(5, 3)).toBe(2);
    expect(left(5, 9)).toBe(0);
  });

  it('ranges from the template to what is left', () => {
    const of = (template: number, quota: number | null, host: number | null = null) =>
      range(template, { quota, host }, 32);
    expect(of(1, 6)).toEqual({ min: 1, max: 6, bound: 'quota', short: false });
    expect(of(1, null)).toEqual({ min: 1, max: 32, bound: null, short: false });
    expect(of(64, null).max).toBe(64);
    expect(of(4, 2)).toEqual({ min: 4, max: 4, bound: 'quota', short: true });
  });

  it('goes no further than what the host has', () => {
    const of = (quota: number | null) => range(1, { quota, host: 2 }, 32);
    expect(of(null)).toEqual({ min: 1, max: 2, bound: 'host', short: false });
    expect(of(8)).toEqual({ min: 1, max: 2, bound: 'host', short: false });
    expect(of(1).bound).toBe('quota');
  });

  it('reads the largest that is possible from a refusal', () => {
    expect(largestOf('vcpus: expected 1 to 2')).toBe(2);
    expect(largestOf('memory_mib: expected 1 to 64000 MiB')).toBe(64000);
    expect(largestOf('title: too long')).toBeNull();
  });

  it('clamps and shares', () => {
    expect(clamp(9, { min: 1, max: 6 })).toBe(6);
    expect(clamp(0, { min: 1, max: 6 })).toBe(1);
    expect(share(1, 4)).toBe(25);
    expect(share(9, 4)).toBe(100);
    expect(share(0, 0)).toBe(0);
    expect(share(1, 0)).toBe(100);
    expect(share(1, null)).toBe(0);
  });
});

describe('order', () => {
  it('counts numbers inside names', () => {
    expect(['ourea10', 'ourea9', 'ourea1'].sort(natural)).toEqual(['ourea1', 'ourea9', 'ourea10']);
  });

  it('keeps what is absent last in either direction', () => {
    const rows = [{ v: 2 }, { v: null }, { v: 1 }];
    const sorted = (direction: 'asc' | 'desc') =>
      rows.toSorted(compareBy((row) => row.v, direction)).map((row) => row.v);
    expect(sorted('asc')).toEqual([1, 2, null]);
    expect(sorted('desc')).toEqual([2, 1, null]);
  });
});

describe('names as CSV', () => {
  const header = 'name,mac,ip,pool';

  it('reads rows in any order of columns, quoted or not', () => {
    const { items, faults } = parseNames('pool;name;ip\n"lab";ourea1;192.0.2.1\n');
    expect(faults).toEqual([]);
    expect(items).toEqual([{ name: 'ourea1', mac: null, ip: '192.0.2.1', pool: 'lab' }]);
    expect(cells('a,"b ""c""",')).toEqual(['a', 'b "c"', '']);
  });

  it('says which line is wrong, and why', () => {
    const text = `${header}\nourea1,52:54:00:4a:01:01,192.0.2.1,lab\n-x,,,lab\nourea2,zz,,lab\nourea3,,nowhere,lab\nourea4,,,\nourea1,,,lab\nourea5,,lab`;
    const { items, faults } = parseNames(text);
    expect(items).toHaveLength(1);
    expect(faults.map(({ kind, line }) => `${line} ${kind}`)).toEqual([
      '3 name',
      '4 mac',
      '5 ip',
      '6 pool',
      '7 twice',
      '8 columns',
    ]);
  });

  it('wants a first line that names the columns', () => {
    expect(parseNames('ourea1,,,lab').faults[0]?.kind).toBe('header');
    expect(parseNames('name,colour\nx,y').faults[0]?.kind).toBe('header');
  });
});

describe('command lines', () => {
  it('quotes for the shell', () => {
    expect(shellQuote(`it's`)).toBe(`'it'\\''s'`);
  });

  it('leaves out what is null and never holds a token', () => {
    const line = curl('POST', 'https://x/api/v1/instances', {
      from: 'a',
      name: null,
      start: false,
    });
    expect(line).toContain(`-d '{"from":"a","start":false}'`);
    expect(line).toContain('$OUREA_TOKEN');
    expect(line).not.toContain('null');
  });
});

describe('matching', () => {
  it('prefers the beginning', () => {
    expect(score('ourea1', 'ourea1')).toBeGreaterThan(score('ourea12', 'ourea1'));
    expect(score('ourea1', 'our')).toBeGreaterThan(score('my-ourea', 'our'));
    expect(score('my-ourea', 'our')).toBeGreaterThan(score('myourea', 'our'));
    expect(score('ourea', 'x')).toBe(0);
    expect(score('Debian 12 minimal', 'minimal debian')).toBeGreaterThan(0);
  });

  it('keeps equals in their order and stops at the limit', () => {
    expect(best(['b1', 'b2', 'a', 'b3'], 'b', (text) => text, 2)).toEqual(['b1', 'b2']);
  });
});

describe('back-off', () => {
  it('doubles up to a bound and spreads', () => {
    expect(backoff(0, () => 0.5)).toBe(500);
    expect(backoff(1, () => 0.5)).toBe(1000);
    expect(backoff(50, () => 0.5)).toBe(15_000);
    expect(backoff(0, () => 0)).toBe(375);
    expect(backoff(0, () => 1)).toBe(625);
  });
});
