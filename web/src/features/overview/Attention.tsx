// What needs a person: silent hosts, missing and crashed machines, names with problems, full quotas.
import { Card, CardBody, CardTitle } from '@patternfly/react-core';
import {
  CheckCircleIcon,
  ExclamationCircleIcon,
  ExclamationTriangleIcon,
} from '@patternfly/react-icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Host, InstanceRow, Me, Name } from '@/api/types';
import { ago } from '@/lib/format';
import { share } from '@/lib/quota';
import { useNow } from '@/ui/hooks';
import { hostPath } from '../hosts/HostTable';
import { useHosts } from '../hosts/hooks';
import { useInstances } from '../instances/hooks';
import { useNames } from '../names/hooks';
import { useMe } from '../session/hooks';
import { DIMENSIONS } from '@/lib/amounts';

interface Matter {
  key: string;
  isBad: boolean;
  to: string;
  text: string;
}

const NEARLY_FULL_PERCENT = 90;
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
  return (
    <li>
      {matter.isBad ? (
        <ExclamationCircleIcon className="ou-bad" />
      ) : (
        <ExclamationTriangleIcon className="ou-warn" />
      )}
      <Link to={matter.to}>{matter.text}</Link>
    </li>
  );
}

function useMatters(): Matter[] {
  const ofHost = useHostMatter();
  const ofInstance = useInstanceMatter();
  const ofName = useNameMatter();
  const ofMe = useQuotaMatters();
  const { data: hosts = [] } = useHosts();
  const { data: instances = [] } = useInstances();
  const { data: names = [] } = useNames();
  const { data: me } = useMe();
  return [
    ...hosts.filter(({ state }) => state === 'offline').map(ofHost),
    ...instances.filter(({ state }) => state === 'missing' || state === 'crashed').map(ofInstance),
    ...names.filter(({ problems }) => problems.length > 0).map(ofName),
    ...(me ? ofMe(me) : []),
  ];
}

function useHostMatter() {
  const { t } = useTranslation();
  const now = useNow();
  return ({ name, seen_at }: Host): Matter => ({
    key: `host ${name}`,
    isBad: true,
    to: hostPath(name),
    text: seen_at
      ? t('attention.host', { name, ago: ago(seen_at, now) })
      : t('attention.hostNever', { name }),
  });
}

function useInstanceMatter() {
  const { t } = useTranslation();
  return ({ id, name, state, host }: InstanceRow): Matter => ({
    key: id,
    isBad: state === 'crashed',
    to: `/instances/${id}`,
    text:
      state === 'crashed'
        ? t('attention.crashed', { name })
        : t('attention.missing', { name, host: host ?? '' }),
  });
}

function useNameMatter() {
  const { t } = useTranslation();
  return ({ name, problems }: Name): Matter => ({
    key: `name ${name}`,
    isBad: false,
    to: `/names?q=${encodeURIComponent(name)}`,
    text: t('attention.name', { name, problem: problems.join(', ') }),
  });
}

function useQuotaMatters() {
  const { t } = useTranslation();
  return ({ quota, usage }: Me): Matter[] =>
    DIMENSIONS.filter(
      (dimension) => share(usage[dimension], quota[dimension]) >= NEARLY_FULL_PERCENT,
    ).map((dimension) => ({
      key: `quota ${dimension}`,
      isBad: false,
      to: '/instances',
      text: t('attention.quota', { dimension: t(`quota.${dimension}`) }),
    }));
}
