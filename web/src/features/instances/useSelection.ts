// Which rows of the list are selected.
import { useCallback, useMemo, useState } from 'react';

export interface Selection {
  ids: ReadonlySet<string>;
  flip: (id: string) => void;
  set: (ids: string[]) => void;
}

export function useSelection(): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const flip = useCallback(
    (id: string) =>
      setIds((old) => {
        const next = new Set(old);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  const set = useCallback((list: string[]) => setIds(new Set(list)), []);
  return useMemo(() => ({ ids, flip, set }), [ids, flip, set]);
}
