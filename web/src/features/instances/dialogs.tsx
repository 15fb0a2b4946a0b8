// The dialogs about one instance: deleting, pulling the plug, marking as template, editing, resizing.
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '@/ui/Dialog';
import { useToast } from '@/ui/Toasts';
import { useErrorText } from '../errors';
import { DeleteDialog } from './DeleteDialog';
import { DialogContext, type InstanceDialog } from './dialogContext';
import { DiskDialog } from './DiskDialog';
import { EditDialog } from './EditDialog';
import { useChangeInstance } from './hooks';
import { ResizeDialog } from './ResizeDialog';
import { useRunVerb } from './useRunVerb';

export function InstanceDialogs({ children }: { children: ReactNode }) {
  const [dialog, setDialog] = useState<InstanceDialog | null>(null);
  const close = () => setDialog(null);
  return (
    <DialogContext.Provider value={setDialog}>
      {children}
      {dialog?.kind === 'delete' && <DeleteDialog {...dialog} onClose={close} />}
      {dialog?.kind === 'power' && <PowerDialog {...dialog} onClose={close} />}
      {dialog?.kind === 'template' && <TemplateDialog {...dialog} onClose={close} />}
      {dialog?.kind === 'edit' && <EditDialog id={dialog.id} onClose={close} />}
      {dialog?.kind === 'resize' && <ResizeDialog id={dialog.id} onClose={close} />}
      {dialog?.kind === 'disk' && <DiskDialog {...dialog} onClose={close} />}
    </DialogContext.Provider>
  );
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
