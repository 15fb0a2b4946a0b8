// What needs a person: silent hosts, lost machines, full storage, used quotas, failed jobs.
import { Card, CardBody, CardTitle } from '@patternfly/react-core';
import {
  CheckCircleIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
} from '@patternfly/react-icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ago, bytes, percent } from '@/lib/format';
import { useNow } from '@/ui/hooks';
import { useGroups } from '../groups/hooks';
import { useInstances } from '../instances/hooks';
import { useRecentJobs } from '../jobs/hooks';
import { jobTitle } from '../jobs/words';
import { useNames } from '../names/hooks';
import { useMe, useRole } from '../session/hooks';
import { useUsers } from '../users/hooks';
import { useHostPath, useStatistics } from './hooks';
import { type Matter, mattersOf, type Words } from './matters';

const SHOWN = 12;

export function Attention() {
  const { t } = useTranslation();
  const matters = useMatters();
  return (
    <Card isCompact>
      <CardTitle component="h2">{t('attention.title')}</CardTitle>
      <CardBody>
        {matters.length === 0 && (
          <p>
            <CheckCircleIcon className="ou-good" /> {t('attention.none')}
          </p>
        )}
        <ul className="ou-matters">
          {matters.slice(0, SHOWN).map((matter) => (
            <MatterLine key={matter.key} matter={matter} />
          ))}
        </ul>
        {matters.length > SHOWN && (
          <p className="ou-small">{t('attention.more', { count: matters.length - SHOWN })}</p>
        )}
      </CardBody>
    </Card>
  );
}

function MatterLine({ matter }: { matter: Matter }): ReactNode {
  const text = useText();
  return (
    <li>
      {matter.isBad ? (
        <ExclamationCircleIcon className="ou-bad" />
      ) : (
        <ExclamationTriangleIcon className="ou-warn" />
      )}
      <Link to={matter.to}>{text(matter.words)}</Link>
    </li>
  );
}

function useMatters(): Matter[] {
  const isStaff = useRole('staff');
  const now = useNow();
  const path = useHostPath();
  const { data: me } = useMe();
  const { data: statistics } = useStatistics(isStaff);
  const { data: instances = [] } = useInstances();
  const { data: names = [] } = useNames();
  const { data: jobs = [] } = useRecentJobs();
  const { data: users = [] } = useUsers();
  const { data: groups = [] } = useGroups();
  const others = users.filter(({ name }) => name !== me?.name);
  return mattersOf({
    now,
    hosts: statistics?.by_host ?? [],
    pools: statistics?.pools ?? [],
    instances,
    names,
    jobs,
    me: me ?? null,
    holders: [
      ...others.map((user) => ({
        ...user,
        holder: user.name,
        to: `/users/${encodeURIComponent(user.name)}`,
      })),
      ...groups.map((group) => ({
        ...group,
        holder: group.name,
        to: `/groups/${encodeURIComponent(group.name)}`,
      })),
    ],
    hostPath: path,
  });
}

function useText(): (words: Words) => string {
  const { t } = useTranslation();
  const now = useNow();
  return (words) => {
    switch (words.kind) {
      case 'host':
      case 'connecting':
        return t(`attention.${words.kind}`, {
          name: words.name,
          ago: words.since ? ago(words.since, now) : '',
        });
      case 'poolFull':
        return t('attention.poolFull', { ...words, percent: percent(words.percent) });
      case 'poolPromised':
        return t('attention.poolPromised', {
          ...words,
          promised: bytes(words.promised),
          capacity: bytes(words.capacity),
        });
      case 'quota':
      case 'quotaOf':
        return t(`attention.${words.kind}`, {
          ...words,
          dimension: t(`quota.${words.dimension}`),
        });
      case 'job':
        return t('attention.job', { title: jobTitle(t, words.job), error: words.job.error });
      default:
        return t(`attention.${words.kind}`, { ...words });
    }
  };
}
