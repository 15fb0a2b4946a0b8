// Pools that are the same everywhere.
import { describe, expect, it } from 'vitest';
import { isSharedByNature, poolPlace } from './sharing';

describe('a pool', () => {
  it('on a server or a cluster is shared by its nature, one on a disk is not', () => {
    for (const type of ['netfs', 'gluster', 'rbd', 'iscsi', 'iscsi-direct']) {
      expect(isSharedByNature({ type }), type).toBe(true);
    }
    for (const type of ['dir', 'fs', 'logical'])
      expect(isSharedByNature({ type }), type).toBe(false);
  });

  it('is called with its path where it has one', () => {
    expect(poolPlace({ name: 'images', path: '/srv/images' })).toBe('images (/srv/images)');
    expect(poolPlace({ name: 'ceph', path: null })).toBe('ceph');
  });
});
