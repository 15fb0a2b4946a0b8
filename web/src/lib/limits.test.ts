// Tests of the limits of hosts.
import { describe, expect, it } from 'vitest';
import { limitOf, toPercent } from './limits';

describe('limits of hosts', () => {
  it('are whole percents, or none', () => {
    expect(toPercent(' 150 ')).toBe(150);
    expect(toPercent('')).toBeNull();
    expect(['0', '-5', '1.5', 'many', '10001'].map(toPercent)).toEqual(Array(5).fill(undefined));
  });

  it('mean amounts', () => {
    expect(limitOf(16, 150)).toBe(24);
    expect(limitOf(5, 50)).toBe(2);
    expect(limitOf(null, 50)).toBeNull();
    expect(limitOf(16, null)).toBeNull();
  });
});
