// What can be done with several selected instances, with a result for each.
import { Button } from '@patternfly/react-core';
import {
  PlayIcon,
  PowerOffIcon,
  TagIcon,
  TimesIcon,
  TrashIcon,
  UserIcon,
  UserPlusIcon,
} from '@patternfly/react-icons';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceRow } from '@/api/types';
import { Menu, ReasonButton, ReasonItem } from '@/ui/Actions';
import { usePhone } from '@/ui/hooks';
import { useReadOnly, useRole } from '../session/hooks';
import { BulkDialog, type BulkVerb } from './BulkDialog';
import { BulkTagDialog } from './BulkTagDialog';
import { GrantDialog } from './GrantDialog';
import { OwnersDialog } from './OwnersDialog';

interface Props {
  rows: InstanceRow[];
  onDone: () => void;
}

type Task = BulkVerb | 'grant' | 'owner' | 'tags';

/** Nothing while none is selected; a dialog tells of its machines to the end, also when they leave the list. */
export function BulkBar({ rows, onDone }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<{ task: Task; rows: InstanceRow[] } | null>(null);
  const isPhone = usePhone();
  const choose = (task: Task) => setOpen({ task, rows });
  const close = () => setOpen(null);
  const done = () => {
    close();
    onDone();
  };
  return (
    <>
      {rows.length > 0 && (
        <div className="ou-toolbar ou-bulk" role="toolbar" aria-label={t('bulk.title')}>
          <span role="status">{t('bulk.selected', { count: rows.length })}</span>
          {isPhone ? <TaskMenu onChoose={choose} /> : <TaskButtons onChoose={choose} />}
          <span className="ou-toolbar__end">
            <Button
              variant="plain"
              icon={<TimesIcon />}
              aria-label={t('bulk.clear')}
              onClick={onDone}
            />
          </span>
        </div>
      )}
      {open && <TaskDialog {...open} onClose={close} onDone={done} />}
    </>
  );
}

interface TaskDialogProps extends Props {
  task: Task;
  onClose: () => void;
}

function TaskDialog({ task, rows, onClose, onDone }: TaskDialogProps) {
  switch (task) {
    case 'grant':
      return <GrantDialog instances={rows} onClose={onClose} />;
    case 'owner':
      return <OwnersDialog rows={rows} onClose={onClose} onDone={onDone} />;
    case 'tags':
      return <BulkTagDialog rows={rows} onClose={onClose} onDone={onDone} />;
    default:
      return <BulkDialog rows={rows} verb={task} onClose={onClose} onDone={onDone} />;
  }
}

function useTasks() {
  const { t } = useTranslation();
  const isAdministrator = useRole('administrator');
  const tasks: { task: Task; icon: ReactNode; label: string }[] = [
    { task: 'start', icon: <PlayIcon />, label: t('verbs.start') },
    { task: 'shutdown', icon: <PowerOffIcon />, label: t('verbs.shutdown') },
    { task: 'grant', icon: <UserPlusIcon />, label: t('instances.grant') },
    { task: 'owner', icon: <UserIcon />, label: t('owner.set') },
    { task: 'tags', icon: <TagIcon />, label: t('tags.menu') },
    { task: 'delete', icon: <TrashIcon />, label: t('instances.delete') },
  ];
  return tasks.filter(({ task }) => task !== 'owner' || isAdministrator);
}

interface ChoiceProps {
  onChoose: (task: Task) => void;
}

function TaskButtons({ onChoose }: ChoiceProps) {
  const reason = useReadOnly();
  return useTasks().map(({ task, icon, label }) => (
    <ReasonButton
      key={task}
      reason={reason}
      variant="secondary"
      size="sm"
      isDanger={task === 'delete'}
      icon={icon}
      onClick={() => onChoose(task)}
    >
      {label}
    </ReasonButton>
  ));
}

/** On a phone, where the buttons would take the place of the machines. */
function TaskMenu({ onChoose }: ChoiceProps) {
  const { t } = useTranslation();
  const reason = useReadOnly();
  const tasks = useTasks();
  return (
    <Menu label={t('bulk.title')} text={t('columns.actions')} variant="primary">
      {tasks.map(({ task, icon, label }) => (
        <ReasonItem
          key={task}
          reason={reason}
          isDanger={task === 'delete'}
          icon={icon}
          onClick={() => onChoose(task)}
        >
          {label}
        </ReasonItem>
      ))}
    </Menu>
  );
}
