// The filters over the list, the view and the choice of columns.
import {
  Button,
  Divider,
  DropdownItem,
  SearchInput,
  ToggleGroup,
  ToggleGroupItem,
} from '@patternfly/react-core';
import { ColumnsIcon, ListIcon, ThIcon } from '@patternfly/react-icons';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { InstanceRow } from '@/api/types';
import { natural } from '@/lib/natural';
import { Menu } from '@/ui/Actions';
import { FilterSelect } from '@/ui/FilterSelect';
import { usePhone } from '@/ui/hooks';
import { useSetParameter } from '@/ui/parameters';
import { useSignedIn } from '../session/hooks';
import { COLUMNS, type ColumnKey } from './columns';
import { type Filter, isFiltered, LIST_FILTERS, NOBODY } from './filter';
import { ownerText } from './words';

interface Props {
  all: InstanceRow[];
  filter: Filter;
  columns: ColumnKey[];
  setColumns: (columns: ColumnKey[] | null) => void;
}

export function InstanceToolbar({ all, filter, columns, setColumns }: Props) {
  const { t } = useTranslation();
  const set = useSetParameter();
  const [, setParameters] = useSearchParams();
  const isPhone = usePhone();
  return (
    <div className="ou-toolbar">
      <SearchInput
        aria-label={t('filter.text')}
        placeholder={t('filter.text')}
        value={filter.q}
        onChange={(_, value) => set('q', value)}
        onClear={() => set('q', '')}
        resetButtonLabel={t('filter.clearText')}
      />
      <Filters all={all} filter={filter} onChange={set} />
      {isFiltered(filter) && (
        <Button variant="link" isInline onClick={() => setParameters({ sort: filter.sort })}>
          {t('filter.clear')}
        </Button>
      )}
      <span className="ou-toolbar__end">
        <ViewToggle onChange={set} />
        {!isPhone && <ColumnsMenu columns={columns} setColumns={setColumns} />}
      </span>
    </div>
  );
}

interface FiltersProps {
  all: InstanceRow[];
  filter: Filter;
  onChange: (key: string, value: string) => void;
}

function Filters({ all, filter, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const { role } = useSignedIn();
  const plain = (values: (string | null)[]) =>
    [...new Set(values)]
      .filter((value) => value !== null)
      .sort(natural)
      .map((value) => ({ value, label: value }));
  const hasNobodys = all.some(({ owners }) => owners.length === 0);
  const nobody = hasNobodys ? [{ value: NOBODY, label: t('instances.noOwner') }] : [];
  const states = [...new Set(all.map(({ state }) => state))];
  const options = {
    state: states.map((state) => ({ value: state, label: t(`state.${state}`) })),
    host: role === 'administrator' ? plain(all.map(({ host }) => host)) : [],
    owner:
      role === 'user'
        ? []
        : [
            ...nobody,
            ...plain(all.flatMap(({ owners }) => owners)).map(({ value }) => ({
              value,
              label: ownerText(t, value),
            })),
          ],
    tag: plain(all.flatMap(({ tags }) => tags)),
    kind:
      role === 'user'
        ? []
        : KINDS.map((kind) => ({ value: kind, label: t(`filter.kinds.${kind}`) })),
  };
  return LIST_FILTERS.filter((key) => options[key].length > 0 || filter[key].length > 0).map(
    (key) => (
      <FilterSelect
        key={key}
        label={t(`filter.${key}`)}
        options={options[key]}
        chosen={filter[key]}
        onChange={(chosen) => onChange(key, chosen.join(','))}
      />
    ),
  );
}

const KINDS = ['machine', 'template', 'changed'] as const;

function ViewToggle({ onChange }: { onChange: (key: string, value: string) => void }) {
  const { t } = useTranslation();
  const [parameters] = useSearchParams();
  const isWall = parameters.get('view') === 'wall';
  return (
    <ToggleGroup aria-label={t('view.label')}>
      <ToggleGroupItem
        icon={<ListIcon />}
        aria-label={t('view.list')}
        isSelected={!isWall}
        onChange={() => onChange('view', '')}
      />
      <ToggleGroupItem
        icon={<ThIcon />}
        aria-label={t('view.wall')}
        isSelected={isWall}
        onChange={() => onChange('view', 'wall')}
      />
    </ToggleGroup>
  );
}

function ColumnsMenu({ columns, setColumns }: Pick<Props, 'columns' | 'setColumns'>) {
  const { t } = useTranslation();
  const flip = (key: ColumnKey) =>
    setColumns(
      COLUMNS.map((column) => column.key).filter((k) =>
        k === key ? !columns.includes(k) : columns.includes(k),
      ),
    );
  return (
    <Menu label={t('columns.choose')} icon={<ColumnsIcon />} className="ou-columns">
      {COLUMNS.filter(({ key }) => key !== 'name').map(({ key }) => (
        <DropdownItem
          key={key}
          isSelected={columns.includes(key)}
          aria-pressed={columns.includes(key)}
          onClick={() => flip(key)}
        >
          {t(`columns.${key}`)}
        </DropdownItem>
      ))}
      <Divider component="li" />
      <DropdownItem onClick={() => setColumns(null)}>{t('columns.reset')}</DropdownItem>
    </Menu>
  );
}
