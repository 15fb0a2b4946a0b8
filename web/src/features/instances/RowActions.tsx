// At the end of a row: the one likely action, and the menu with all of them.
import { Button } from '@patternfly/react-core';
import { DesktopIcon, EllipsisVIcon, PlayIcon } from '@patternfly/react-icons';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { InstanceRow } from '@/api/types';
import { Menu, ReasonItem } from '@/ui/Actions';
import { ActionItems } from './ActionItems';
import { useInstance } from './hooks';
import { useRunVerb } from './useRunVerb';

export function RowActions({ row }: { row: InstanceRow }) {
  return (
    <span className="ou-rowactions">
      <QuickAction row={row} />
      <LazyMenu row={row} />
    </span>
  );
}

/** A plain button until it is pressed: thousands of menus would make scrolling slow. */
function LazyMenu({ row }: { row: InstanceRow }) {
  const { t } = useTranslation();
  const [isAsked, setAsked] = useState(false);
  const label = t('instances.actionsOf', { name: row.name });
  // Within the click the fresh menu would take it for one outside of itself, and close.
  const ask = () => setTimeout(() => setAsked(true));
  if (!isAsked) {
    return <IconButton label={label} icon={<EllipsisVIcon />} hasMenu onClick={ask} />;
  }
  return (
    <Menu label={label} startsOpen>
      <RowMenu id={row.id} />
    </Menu>
  );
}

function QuickAction({ row }: { row: InstanceRow }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { run, isPending } = useRunVerb();
  if (row.job || row.host_state === 'offline') return null;
  if (row.state === 'running') {
    const label = t('instances.consoleOf', { name: row.name });
    const open = () => navigate(`/instances/${row.id}/console`);
    return <IconButton label={label} icon={<DesktopIcon />} onClick={open} />;
  }
  if (row.state !== 'shutoff' && row.state !== 'crashed') return null;
  if (row.template) return null;
  const label = t('instances.startOf', { name: row.name });
  const start = () => run(row.id, row.name, 'start');
  return <IconButton label={label} icon={<PlayIcon />} isDisabled={isPending} onClick={start} />;
}

interface IconButtonProps {
  label: string;
  icon: ReactNode;
  hasMenu?: boolean;
  isDisabled?: boolean;
  onClick: () => void;
}

function IconButton({ label, hasMenu, ...props }: IconButtonProps) {
  return (
    <Button
      variant="plain"
      title={label}
      aria-label={label}
      aria-haspopup={hasMenu ? 'menu' : undefined}
      aria-expanded={hasMenu ? false : undefined}
      {...props}
    />
  );
}

/** What is allowed is asked for only when the menu is opened: a list knows no single rights. */
function RowMenu({ id }: { id: string }) {
  const { t } = useTranslation();
  const { data, error } = useInstance(id);
  if (data) return <ActionItems instance={data} withPower />;
  return (
    <ReasonItem reason={error ? t('error.unknown') : t('app.loading')} onClick={() => {}}>
      {t('instances.actions')}
    </ReasonItem>
  );
}
