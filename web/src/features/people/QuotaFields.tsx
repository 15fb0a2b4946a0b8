// The amounts of a quota as fields: of what is defined, and of what runs.
import { useTranslation } from 'react-i18next';
import { type AmountTexts, DEFINED, type Dimension, RUNNING, toAmount } from '@/lib/amounts';
import { TextField } from '@/ui/Field';
import { fieldError } from '../errors';

interface Props {
  texts: AmountTexts;
  onChange: (texts: AmountTexts) => void;
  error?: Error | null;
  help?: (dimension: Dimension) => string;
  /** What an empty field means. */
  placeholder: string;
}

export function QuotaFields({ texts, onChange, error = null, help, placeholder }: Props) {
  const { t } = useTranslation();
  const field = (dimension: Dimension) => (
    <TextField
      key={dimension}
      id={`quota-${dimension}`}
      label={t(`quota.unit.${dimension}`)}
      help={help?.(dimension)}
      placeholder={placeholder}
      autoComplete="off"
      value={texts[dimension]}
      onChange={(text) => onChange({ ...texts, [dimension]: text })}
      error={
        toAmount(dimension, texts[dimension]) === undefined
          ? t('quota.notANumber')
          : fieldError(error, dimension, `quota.${dimension}`)
      }
    />
  );
  return (
    <>
      <div className="ou-amounts">{DEFINED.map(field)}</div>
      <fieldset className="ou-fieldset">
        <legend>{t('quota.running')}</legend>
        <div className="ou-amounts">{RUNNING.map(field)}</div>
      </fieldset>
    </>
  );
}

/** The fields that show their errors themselves. */
export const QUOTA_FIELDS = [...DEFINED, ...RUNNING].flatMap((dimension) => [
  dimension,
  `quota.${dimension}`,
]);
