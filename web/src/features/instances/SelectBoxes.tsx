// The boxes by which machines of the list are selected: all that are shown, or one of them.
import { Checkbox } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import type { Selection } from './useSelection';

interface AllProps {
  rows: InstanceRow[];
  selection: Selection;
  /** With its words beside it. */
  isLabelled?: boolean;
}

export function SelectAll({ rows, selection, isLabelled }: AllProps) {
  const { t } = useTranslation();
  const chosen = rows.filter(({ id }) => selection.ids.has(id)).length;
  const isAll = chosen > 0 && chosen === rows.length;
  const words = t('instances.selectAll');
  return (
    <Checkbox
      id="select-all"
      {...(isLabelled ? { label: words } : { 'aria-label': words })}
      isChecked={chosen > 0 && !isAll ? null : isAll}
      isDisabled={rows.length === 0}
      onChange={() => selection.set(isAll ? [] : rows.map(({ id }) => id))}
    />
  );
}

interface OneProps {
  row: InstanceRow;
  isChosen: boolean;
  onFlip: (id: string) => void;
}

export function SelectOne({ row, isChosen, onFlip }: OneProps) {
  const { t } = useTranslation();
  return (
    <Checkbox
      id={`select-${row.id}`}
      aria-label={t('instances.select', { name: row.name })}
      isChecked={isChosen}
      isLabelWrapped
      className="ou-select"
      onChange={() => onFlip(row.id)}
    />
  );
}
