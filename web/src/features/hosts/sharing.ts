// Which storage pools are the same on every host, and who says so.
import type { Pool } from '@/api/types';

/** libvirt's pools on a server or a cluster are the same wherever they are defined. */
const BY_NATURE = new Set(['netfs', 'gluster', 'rbd', 'iscsi', 'iscsi-direct']);

export const isSharedByNature = ({ type }: Pick<Pool, 'type'>) => BY_NATURE.has(type);

/** "images (/srv/images)", or its name where it has no path. */
export const poolPlace = ({ name, path }: Pick<Pool, 'name' | 'path'>) =>
  path ? `${name} (${path})` : name;
