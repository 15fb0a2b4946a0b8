// A number that can be dragged, typed or stepped, with its bounds written at the ends.
import {
  FormGroup,
  FormHelperText,
  HelperText,
  HelperTextItem,
  NumberInput,
  Slider,
} from '@patternfly/react-core';
import { useEffect, useState } from 'react';
import { clamp } from '@/lib/quota';

interface Props {
  id: string;
  label: string;
  unit: string;
  value: number;
  min: number;
  max: number;
  step: number;
  /** Whether typing beyond `max` is refused; otherwise `max` is only the slider's end. */
  bounded: boolean;
  minText: string;
  maxText: string;
  help: string;
  error: string | null;
  minusLabel: string;
  plusLabel: string;
  onChange: (value: number) => void;
}

export function SizeField(props: Props) {
  const { id, label, unit, value, min, max, step, bounded, error, onChange } = props;
  const upper = bounded ? max : Number.MAX_SAFE_INTEGER;
  const commit = (next: number) => onChange(clamp(next, { min, max: upper }));
  const [typed, setTyped] = useState(String(value));
  useEffect(() => setTyped(String(value)), [value]);
  const finish = () => {
    const next = Number(typed);
    const isNumber = typed.trim() !== '' && Number.isFinite(next);
    const kept = isNumber ? clamp(next, { min, max: upper }) : value;
    setTyped(String(kept));
    if (isNumber) onChange(kept);
  };
  return (
    <FormGroup label={label} fieldId={id} className="ou-size">
      <div className="ou-size__row">
        <div className="ou-size__slider">
          <SizeSlider {...props} commit={commit} />
        </div>
        <NumberInput
          value={typed === '' ? '' : Number(typed)}
          min={min}
          max={upper}
          widthChars={5}
          unit={unit}
          inputProps={{ id, step: 'any' }}
          inputAriaLabel={label}
          minusBtnAriaLabel={props.minusLabel}
          plusBtnAriaLabel={props.plusLabel}
          onMinus={() => commit(value - step)}
          onPlus={() => commit(value + step)}
          onChange={(event) => setTyped((event.target as HTMLInputElement).value)}
          onBlur={finish}
          validated={error ? 'error' : 'default'}
        />
      </div>
      <FormHelperText>
        <HelperText>
          <HelperTextItem variant={error ? 'error' : 'default'}>
            {error ?? props.help}
          </HelperTextItem>
        </HelperText>
      </FormHelperText>
    </FormGroup>
  );
}

function SizeSlider({
  label,
  value,
  min,
  max,
  step,
  minText,
  maxText,
  commit,
}: Props & {
  commit: (value: number) => void;
}) {
  const fixed = max <= min;
  return (
    <>
      <Slider
        value={Math.min(value, max)}
        min={min}
        max={fixed ? min + step : max}
        step={step}
        isDisabled={fixed}
        showBoundaries={false}
        thumbAriaLabel={label}
        aria-label={label}
        onChange={(_, next) => commit(min + Math.round((next - min) / step) * step)}
      />
      <div className="ou-size__ends" aria-hidden="true">
        <span>{minText}</span>
        <span>{fixed ? '' : maxText}</span>
      </div>
    </>
  );
}
