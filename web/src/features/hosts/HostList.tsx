// The table of hosts with its filter by cluster; beneath it the clusters and what would even them out.
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { Host } from '@/api/types';
import { FilterSelect } from '@/ui/FilterSelect';
import { useSetParameter } from '@/ui/parameters';
import { BalanceCard } from './BalanceCard';
import { ClustersCard } from './ClustersCard';
import { clustersOf, inClusters, NO_CLUSTER } from './clusters';
import { HostTable } from './HostTable';

export function HostList({ hosts, empty }: { hosts: Host[] | undefined; empty: ReactNode }) {
  const [parameters] = useSearchParams();
  const chosen = parameters.get('cluster')?.split(',').filter(Boolean) ?? [];
  const clusters = clustersOf(hosts ?? []);
  const isOne = hosts === undefined || hosts.length < 2;
  return (
    <div className="ou-stack">
      {clusters.length > 0 && <ClusterFilter hosts={hosts ?? []} chosen={chosen} />}
      <div>
        <HostTable hosts={hosts && inClusters(hosts, chosen)} empty={empty} />
      </div>
      {clusters.length > 0 && <ClustersCard />}
      {!isOne && <BalanceCard />}
    </div>
  );
}

function ClusterFilter({ hosts, chosen }: { hosts: Host[]; chosen: string[] }) {
  const { t } = useTranslation();
  const set = useSetParameter();
  const options = clustersOf(hosts).map((value) => ({ value, label: value }));
  if (hosts.some(({ cluster }) => cluster === null)) {
    options.push({ value: NO_CLUSTER, label: t('clusters.without') });
  }
  return (
    <div className="ou-toolbar">
      <FilterSelect
        label={t('clusters.field')}
        options={options}
        chosen={chosen}
        onChange={(values) => set('cluster', values.join(','))}
      />
    </div>
  );
}
