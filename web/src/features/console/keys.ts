// Key combinations that a browser or an operating system would keep for itself.

interface Key {
  /** X11 keysym. */
  keysym: number;
  /** The physical key, as in KeyboardEvent.code. */
  code: string;
}

const CONTROL: Key = { keysym: 0xffe3, code: 'ControlLeft' };
const ALT: Key = { keysym: 0xffe9, code: 'AltLeft' };
const SUPER: Key = { keysym: 0xffeb, code: 'MetaLeft' };
const functionKey = (n: number): Key => ({ keysym: 0xffbd + n, code: `F${n}` });

export interface Combination {
  label: string;
  keys: Key[];
}

export const COMBINATIONS: Combination[] = [
  { label: 'Ctrl+Alt+Del', keys: [CONTROL, ALT, { keysym: 0xffff, code: 'Delete' }] },
  { label: 'Ctrl+Alt+Backspace', keys: [CONTROL, ALT, { keysym: 0xff08, code: 'Backspace' }] },
  ...[1, 2, 3, 7].map((n) => ({ label: `Ctrl+Alt+F${n}`, keys: [CONTROL, ALT, functionKey(n)] })),
  { label: 'Alt+Tab', keys: [ALT, { keysym: 0xff09, code: 'Tab' }] },
  { label: 'Alt+F4', keys: [ALT, functionKey(4)] },
  { label: 'Ctrl+Esc', keys: [CONTROL, { keysym: 0xff1b, code: 'Escape' }] },
  { label: 'Esc', keys: [{ keysym: 0xff1b, code: 'Escape' }] },
  { label: 'Super', keys: [SUPER] },
  { label: 'Print', keys: [{ keysym: 0xff61, code: 'PrintScreen' }] },
];

/** Presses in the given order, releases in reverse. */
export function press(keys: Key[], send: (keysym: number, code: string, down: boolean) => void) {
  for (const { keysym, code } of keys) send(keysym, code, true);
  for (const { keysym, code } of keys.toReversed()) send(keysym, code, false);
}
