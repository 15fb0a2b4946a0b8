// Tests of figures over time and their axes.
import { describe, expect, it } from 'vitest';
import { bounds, bucketTime, ceiling, lonely, scaled, spanOf, timeLabel, times } from './series';

describe('figures over time', () => {
  it('have bounds that no gap lowers', () => {
    expect(bounds([null, 5, 2, null, 9, 4, null])).toEqual({ last: 4, min: 2, max: 9 });
    expect(bounds([null, 0, null])).toEqual({ last: 0, min: 0, max: 0 });
    expect(bounds([null, null])).toBeNull();
    expect(bounds([])).toBeNull();
  });

  it('keep their gaps when scaled', () => {
    expect(scaled([1, null, 0], 1024)).toEqual([1024, null, 0]);
  });

  it('show values that stand nearly alone', () => {
    expect(lonely([1, null, 2, 3, null, 4, 5, 6, 7, 8, 9, null, 0])).toEqual([0, 2, 3, 12]);
    expect(lonely([1, 2, 3, 4, 5, 6])).toEqual([]);
    expect(lonely([null, 0, null])).toEqual([1]);
  });

  it('begin where the server says', () => {
    expect(times('1970-01-01T00:01:00.000Z', 300, 3)).toEqual([60, 360, 660]);
  });
});

describe('axes', () => {
  it('reach to the whole, unless something is higher', () => {
    expect(ceiling([[1, null, 30]], 100, 1)).toBe(100);
    expect(ceiling([[120], [3]], 100, 1)).toBeCloseTo(132);
    expect(ceiling([[10]], null, 1)).toBeCloseTo(11);
    expect(ceiling([[0, null]], null, 1)).toBeCloseTo(1.1);
  });

  it('name times as exactly as the span needs', () => {
    const noon = Date.parse('2026-03-05T12:00:00') / 1000;
    expect(timeLabel(noon, 'hours')).toBe('12:00');
    expect(timeLabel(noon, 'week')).toBe('5 Mar');
    expect(timeLabel(noon, 'year')).toBe('Mar 26');
    expect(bucketTime(noon, 'day')).toContain('12:00');
    expect(bucketTime(noon, 'year')).toBe('5 Mar 2026');
  });

  it('fall back to hours', () => {
    expect(spanOf('year')).toBe('year');
    expect(spanOf('decade')).toBe('hours');
    expect(spanOf(null)).toBe('hours');
  });
});
