// Shows one dialog about an instance at a time; their code is loaded when the first one opens.
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { DialogContext, type InstanceDialog } from './dialogContext';

const DialogOfKind = lazy(async () => ({ default: (await import('./DialogKinds')).DialogOfKind }));

export function InstanceDialogs({ children }: { children: ReactNode }) {
  const [dialog, setDialog] = useState<InstanceDialog | null>(null);
  return (
    <DialogContext.Provider value={setDialog}>
      {children}
      <Suspense>
        {dialog && <DialogOfKind dialog={dialog} onClose={() => setDialog(null)} />}
      </Suspense>
    </DialogContext.Provider>
  );
}
