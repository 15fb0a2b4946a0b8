// Short messages in the corner that say how something ended.
import { Alert, AlertActionCloseButton, AlertGroup } from '@patternfly/react-core';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';

export interface Toast {
  variant: 'success' | 'danger' | 'info' | 'warning';
  title: string;
  text?: ReactNode;
}

const Context = createContext<(toast: Toast) => void>(() => {});

export const useToast = () => useContext(Context);

let last = 0;

export function Toasts({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<(Toast & { id: number })[]>([]);
  const add = useCallback((toast: Toast) => {
    last += 1;
    const entry = { ...toast, id: last };
    setToasts((list) => [...list.slice(-3), entry]);
  }, []);
  const remove = (id: number) => setToasts((list) => list.filter((toast) => toast.id !== id));
  const group = useMemo(() => ({ isToast: true, isLiveRegion: true }), []);
  return (
    <Context.Provider value={add}>
      {children}
      <AlertGroup {...group}>
        {toasts.map(({ id, variant, title, text }) => (
          <Alert
            component="h2"
            key={id}
            variant={variant}
            title={title}
            timeout={variant === 'danger' ? 15_000 : 6_000}
            onTimeout={() => remove(id)}
            actionClose={<AlertActionCloseButton title={title} onClose={() => remove(id)} />}
          >
            {text}
          </Alert>
        ))}
      </AlertGroup>
    </Context.Provider>
  );
}
