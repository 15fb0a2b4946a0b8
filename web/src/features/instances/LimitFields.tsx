// How fast a machine may be moved, and how long it may stand still at the end.
import { useTranslation } from 'react-i18next';
import type { MoveChange } from '@/api/types';
import { TextField } from '@/ui/Field';
import { fieldError } from '../errors';
import { MOST_DOWNTIME_MS, MOST_MIB_S, toLimit } from './targets';

/** As they are typed. */
export interface Limits {
  bandwidth: string;
  downtime: string;
}

export const NO_LIMITS: Limits = { bandwidth: '', downtime: '' };

/** What the API calls them. */
export const LIMITS = ['bandwidth_mib_s', 'max_downtime_ms'];

/** Those that are typed; null while one of them is wrong. */
export function toLimits({ bandwidth, downtime }: Limits): MoveChange | null {
  const speed = toLimit(bandwidth, MOST_MIB_S);
  const stop = toLimit(downtime, MOST_DOWNTIME_MS);
  if (speed === undefined || stop === undefined) return null;
  return { ...(speed && { bandwidth_mib_s: speed }), ...(stop && { max_downtime_ms: stop }) };
}

interface Props {
  limits: Limits;
  /** Of a move that is under way, which keeps those that are left empty. */
  isChange?: boolean;
  error: unknown;
  onChange: (limits: Limits) => void;
}

export function LimitFields({ limits, isChange, error, onChange }: Props) {
  const { t } = useTranslation();
  const field = (name: keyof Limits, most: number, api: string) => {
    const isWrong = toLimit(limits[name], most) === undefined;
    return (
      <TextField
        id={`migrate-${name}`}
        label={t(`migrate.limit.${name}`)}
        help={isChange ? t(`migrate.change.${name}`) : t(`migrate.limit.${name}Help`)}
        placeholder={isChange ? t('migrate.change.same') : t(`migrate.limit.${name}None`)}
        autoComplete="off"
        value={limits[name]}
        onChange={(value) => onChange({ ...limits, [name]: value })}
        error={isWrong ? t('migrate.notANumber', { max: most }) : fieldError(error, api)}
      />
    );
  };
  return (
    <>
      {field('bandwidth', MOST_MIB_S, 'bandwidth_mib_s')}
      {field('downtime', MOST_DOWNTIME_MS, 'max_downtime_ms')}
    </>
  );
}
