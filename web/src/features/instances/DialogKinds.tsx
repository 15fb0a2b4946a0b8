// The dialogs about one instance, by their kind; the short ones stand here.
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/ui/Dialog';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { DeleteDialog } from './DeleteDialog';
import type { InstanceDialog } from './dialogContext';
import { DiskDialog } from './DiskDialog';
import { EditDialog } from './EditDialog';
import { useChangeInstance } from './hooks';
import { LimitsDialog } from './LimitsDialog';
import { MigrateDialog } from './MigrateDialog';
import { ResizeDialog } from './ResizeDialog';
import { useRunVerb } from './useRunVerb';

interface Props {
  dialog: InstanceDialog;
  onClose: () => void;
}

export function DialogOfKind({ dialog, onClose }: Props) {
  switch (dialog.kind) {
    case 'delete':
      return <DeleteDialog {...dialog} onClose={onClose} />;
    case 'power':
      return <PowerDialog {...dialog} onClose={onClose} />;
    case 'template':
      return <TemplateDialog {...dialog} onClose={onClose} />;
    case 'edit':
      return <EditDialog id={dialog.id} onClose={onClose} />;
    case 'resize':
      return <ResizeDialog id={dialog.id} onClose={onClose} />;
    case 'migrate':
      return <MigrateDialog id={dialog.id} host={dialog.host} onClose={onClose} />;
    case 'limits':
      return <LimitsDialog job={dialog.job} onClose={onClose} />;
    case 'disk':
      return <DiskDialog {...dialog} onClose={onClose} />;
  }
}

interface PowerDialogProps {
  id: string;
  name: string;
  verb: 'reset' | 'stop';
  onClose: () => void;
}

function PowerDialog({ id, name, verb, onClose }: PowerDialogProps) {
  const { t } = useTranslation();
  const { run } = useRunVerb();
  return (
    <Dialog
      title={t(`power.${verb}.title`, { name })}
      titleIcon="warning"
      description={t(`power.${verb}.text`)}
      confirm={t(`verbs.${verb}`)}
      cancel={t('app.cancel')}
      variant="danger"
      onConfirm={() => {
        run(id, name, verb);
        onClose();
      }}
      onClose={onClose}
    />
  );
}

interface TemplateDialogProps {
  id: string;
  name: string;
  template: boolean;
  onClose: () => void;
}

function TemplateDialog({ id, name, template, onClose }: TemplateDialogProps) {
  const { t } = useTranslation();
  const toast = useToast();
  const errorText = useErrorText();
  const change = useChangeInstance(id);
  const words = template ? 'mark' : 'unmark';
  const done = () => {
    toast({ variant: 'success', title: t(`template.${words}.done`, { name }) });
    onClose();
  };
  return (
    <Dialog
      title={t(`template.${words}.title`, { name })}
      description={t(`template.${words}.text`)}
      confirm={t(`template.${words}.confirm`)}
      cancel={t('app.cancel')}
      isBusy={change.isPending}
      error={change.error && errorText(change.error)}
      onConfirm={() => change.mutate({ template }, { onSuccess: done })}
      onClose={onClose}
    />
  );
}
