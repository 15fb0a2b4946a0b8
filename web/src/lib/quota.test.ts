// Whether something is more than a quota allows.
import { describe, expect, it } from 'vitest';
import { exceeds } from './quota';

describe('a quota', () => {
  it('is exceeded by any one dimension', () => {
    expect(exceeds({ vcpus: 4, disk_gib: 10 }, { vcpus: 4, disk_gib: 11 })).toBe(true);
    expect(exceeds({ vcpus: 4, disk_gib: 10 }, { vcpus: 4, disk_gib: 10 })).toBe(false);
    expect(exceeds({ vcpus: 0 }, { vcpus: 1 })).toBe(true);
  });

  it('without a limit is never exceeded', () => {
    expect(exceeds({ vcpus: null }, { vcpus: 1000 })).toBe(false);
  });
});
