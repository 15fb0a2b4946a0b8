// Which clusters the hosts form, and which hosts a filter by cluster lets through.
import type { Host } from '@/api/types';
import { natural } from '@/lib/natural';

/** What stands in the filter for hosts of no cluster; no cluster can be called so. */
export const NO_CLUSTER = '-';

type Member = Pick<Host, 'cluster'>;

export const clustersOf = (hosts: Member[]) =>
  [...new Set(hosts.map(({ cluster }) => cluster))]
    .filter((cluster) => cluster !== null)
    .sort(natural);

/** All where nothing is chosen. */
export const inClusters = <T extends Member>(hosts: T[], chosen: string[]) =>
  hosts.filter(({ cluster }) => chosen.length === 0 || chosen.includes(cluster ?? NO_CLUSTER));
