// Amounts as they are typed and read.
import { describe, expect, it } from 'vitest';
import { isSome, noAmounts, some, toAmount, toAmounts, toTexts } from './amounts';

describe('typed amounts', () => {
  it('come back as they were, memory in GiB', () => {
    const quota = { ...noAmounts(), instances: 0, memory_mib: 1536, running_memory_mib: 2048 };
    const texts = toTexts(quota);
    expect(texts.memory_mib).toBe('1.5');
    expect(texts.instances).toBe('0');
    expect(texts.vcpus).toBe('');
    expect(toAmounts(texts)).toEqual(quota);
  });

  it('take a comma, and refuse what is no amount', () => {
    expect(toAmount('memory_mib', '0,5')).toBe(512);
    expect(toAmount('vcpus', ' 3 ')).toBe(3);
    expect(toAmount('vcpus', '')).toBeNull();
    for (const text of ['-1', '1.5', 'many', '1e400']) {
      expect(toAmount('vcpus', text), text).toBeUndefined();
    }
    expect(toAmounts({ ...toTexts(null), disk_gib: 'x' })).toBeUndefined();
  });

  it('are something only above nothing', () => {
    expect(isSome(noAmounts())).toBe(false);
    expect(isSome({ vcpus: 0 })).toBe(false);
    expect(some({ vcpus: 2, disk_gib: 0, memory_mib: null })).toEqual([
      { dimension: 'vcpus', amount: 2 },
    ]);
  });
});
