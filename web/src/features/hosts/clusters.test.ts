// Tests of the clusters that hosts form.
import { describe, expect, it } from 'vitest';
import { clustersOf, inClusters, NO_CLUSTER } from './clusters';

const hosts = [
  { cluster: 'rack10' },
  { cluster: null },
  { cluster: 'rack2' },
  { cluster: 'rack2' },
];

describe('clusters', () => {
  it('are those of the hosts, in the order in which people count', () => {
    expect(clustersOf(hosts)).toEqual(['rack2', 'rack10']);
  });

  it('are chosen among, as is their absence', () => {
    expect(inClusters(hosts, [])).toHaveLength(4);
    expect(inClusters(hosts, ['rack2'])).toHaveLength(2);
    expect(inClusters(hosts, ['rack10', NO_CLUSTER])).toHaveLength(2);
  });
});
