// Which storage pool a new disk goes to: that of the other disks, or for administrators any that is active.
import { FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Disk, Instance, Pool } from '@/api/types';
import { bytes } from '@/lib/format';
import { Field } from '@/ui/Field';
import { usePools } from '../hosts/hooks';
import { useRole } from '../session/hooks';

/** Those in which the machine has a disk, the one that the server takes by itself first. */
export const poolsOf = (disks: Disk[]) => [
  ...new Set(disks.flatMap(({ device, pool }) => (device === 'disk' && pool ? [pool] : []))),
];

const roomiest = (pools: Pool[]) =>
  pools.toSorted((a, b) => b.available_bytes - a.available_bytes)[0]?.name;

export type PoolChoice = ReturnType<typeof usePoolChoice>;

export function usePoolChoice({ host, disks }: Instance, isNew: boolean) {
  const isAdministrator = useRole('administrator');
  const [chosen, choose] = useState<string | null>(null);
  const { data, error } = usePools(host ?? '', isNew && isAdministrator && host !== null);
  const own = poolsOf(disks);
  const active = data?.filter(({ state }) => state === 'running');
  const pool = chosen ?? own[0] ?? roomiest(active ?? []) ?? null;
  const names = new Set([...own, ...(active ?? []).map(({ name }) => name)]);
  return {
    pool,
    choose,
    error,
    options: [...names].map((name) => ({
      name,
      free: active?.find((entry) => entry.name === name)?.available_bytes,
    })),
    isBeside: pool !== null && own.includes(pool),
    isNowhere: pool === null && active !== undefined,
    /** Not where there is nothing to choose, and nothing else than what is expected. */
    isShown: isNew && names.size > (own.length > 0 ? 1 : 0),
  };
}

interface Props {
  choice: PoolChoice;
  error: string | null;
}

export function PoolField({ choice, error }: Props) {
  const { t } = useTranslation();
  const { pool, options, isBeside, choose } = choice;
  return (
    <Field
      id="disk-pool"
      label={t('disks.pool')}
      help={t(isBeside ? 'disks.poolBeside' : 'disks.poolOther')}
      error={error}
    >
      <FormSelect
        id="disk-pool"
        aria-describedby="disk-pool-help"
        value={pool ?? ''}
        onChange={(_, name) => choose(name)}
      >
        {options.map(({ name, free }) => (
          <FormSelectOption
            key={name}
            value={name}
            label={free === undefined ? name : t('disks.poolFree', { name, free: bytes(free) })}
          />
        ))}
      </FormSelect>
    </Field>
  );
}
