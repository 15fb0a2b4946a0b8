// Filters, sorting and pages live in the URL; this writes them there.
import { useSearchParams } from 'react-router';

/**
 * Sets a parameter of the URL, or takes it out when empty, without a new entry in the history. It
 * starts from the URL of the window: what the router hands out is older while a page is drawn anew,
 * and the second of two quick changes would undo the first.
 */
export function useSetParameter() {
  const [, setParameters] = useSearchParams();
  return (key: string, value: string) =>
    setParameters(
      () => {
        const next = new URLSearchParams(window.location.search);
        if (value) next.set(key, value);
        else next.delete(key);
        return next;
      },
      { replace: true },
    );
}
