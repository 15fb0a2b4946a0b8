// Remembers in the browser that somebody signed out here, so that no page of it signs them in again by itself.
const KEY = 'ourea.left';

/** What the server had to say of signing out; null if nobody signed out since the last sign-in. */
export const leftWith = (): string | null => localStorage.getItem(KEY);

export const rememberLeaving = (note: string | null) => localStorage.setItem(KEY, note ?? '');

export const forgetLeaving = () => localStorage.removeItem(KEY);
