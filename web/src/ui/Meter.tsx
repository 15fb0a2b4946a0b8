// Small horizontal bars: how much of something is used, and how much a change would add.
import { percent } from '@/lib/format';
import { share } from '@/lib/quota';

export function Meter({ label, value }: { label: string; value: number }) {
  const level = value >= 90 ? ' ou-meter--high' : '';
  return (
    <span
      className={`ou-meter${level}`}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value)}
      title={`${label}: ${percent(value)}`}
    >
      <span className="ou-meter__fill" style={{ width: `${Math.min(100, value)}%` }} />
      <span className="ou-meter__text">{percent(value)}</span>
    </span>
  );
}

interface QuotaBarProps {
  label: string;
  /** What stands on the right, in words: "3 → 4 of 5". */
  text: string;
  used: number;
  after?: number;
  limit: number | null;
}

/** A quota with what is used and, in another colour, what the change would take. */
export function QuotaBar({ label, text, used, after = used, limit }: QuotaBarProps) {
  const over = limit !== null && after > limit;
  const whole = over ? after : limit;
  const before = share(used, whole);
  const added = Math.max(0, share(after, whole) - before);
  return (
    <div className="ou-quota">
      <div className="ou-quota__head">
        <span className="ou-quota__label">{label}</span>
        <span className="ou-quota__text">{text}</span>
      </div>
      {limit !== null && (
        <div
          className={`ou-quota__bar${over ? ' ou-quota__bar--over' : ''}`}
          role="meter"
          aria-label={label}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={Math.round(share(after, limit))}
          aria-valuetext={text}
        >
          <span
            className={`ou-quota__used${used > limit ? ' ou-quota__used--over' : ''}`}
            style={{ width: `${before}%` }}
          />
          <span className="ou-quota__added" style={{ width: `${added}%` }} />
        </div>
      )}
    </div>
  );
}

interface CapacityBarProps {
  label: string;
  text: string;
  used: number | null;
  promised: number;
  there: number;
}

/** What is used as a bar, with a mark where there is (dark) and one where is promised (gold). */
export function CapacityBar({ label, text, used, promised, there }: CapacityBarProps) {
  const end = Math.max(there, promised, used ?? 0, 1);
  const at = (value: number) => `${(value / end) * 100}%`;
  return (
    <div
      className="ou-capacity"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share(used ?? promised, there))}
      aria-valuetext={text}
    >
      {used !== null && <span className="ou-capacity__used" style={{ width: at(used) }} />}
      <span className="ou-capacity__there" style={{ left: at(there) }} />
      <span className="ou-capacity__promised" style={{ left: at(promised) }} />
    </div>
  );
}
