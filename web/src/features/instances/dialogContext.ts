// Lets any button open a dialog about an instance; the frame shows one at a time.
import { createContext, useContext } from 'react';
import type { Disk, Job } from '@/api/types';

export type InstanceDialog =
  | { kind: 'delete'; id: string; name: string }
  | { kind: 'power'; id: string; name: string; verb: 'reset' | 'stop' }
  | { kind: 'template'; id: string; name: string; template: boolean }
  | { kind: 'edit'; id: string }
  | { kind: 'resize'; id: string }
  | { kind: 'migrate'; id: string; host?: string }
  | { kind: 'limits'; job: Job }
  | { kind: 'disk'; id: string; disk: Disk | null };

export const DialogContext = createContext<(dialog: InstanceDialog) => void>(() => {});

export const useInstanceDialogs = () => useContext(DialogContext);
