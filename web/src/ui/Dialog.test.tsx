// Where the focus goes when a dialog opens.
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { Dialog } from './Dialog';
import { TextField } from './Field';

afterEach(cleanup);

const words = { title: 'Remove hv1?', confirm: 'Remove', cancel: 'Cancel' };
const nothing = () => {};
const isFocused = (element: HTMLElement) =>
  waitFor(() => expect(document.activeElement).toBe(element));

it('is the first field', async () => {
  render(
    <Dialog {...words} variant="danger" onConfirm={nothing} onClose={nothing}>
      <TextField id="name" label="Name" value="" onChange={nothing} />
    </Dialog>,
  );
  await isFocused(screen.getByRole('textbox', { name: 'Name' }));
});

it('is the confirming button where there is no field', async () => {
  render(<Dialog {...words} onConfirm={nothing} onClose={nothing} />);
  await isFocused(screen.getByRole('button', { name: 'Remove' }));
});

it('is the safe choice where something would be lost', async () => {
  render(<Dialog {...words} variant="danger" onConfirm={nothing} onClose={nothing} />);
  await isFocused(screen.getByRole('button', { name: 'Cancel' }));
});

it('is the closing button once there is nothing left to confirm', async () => {
  const { rerender } = render(<Dialog {...words} onConfirm={nothing} onClose={nothing} />);
  await isFocused(screen.getByRole('button', { name: 'Remove' }));
  rerender(
    <Dialog {...words} confirm={null} cancel="Go back" onConfirm={nothing} onClose={nothing} />,
  );
  await isFocused(screen.getByRole('button', { name: 'Go back' }));
});

it('stays at the button while it works, and comes back to the form when that is greyed then', async () => {
  const show = (isBusy: boolean, isBlocked: boolean) => (
    <Dialog {...words} isBusy={isBusy} isBlocked={isBlocked} onConfirm={nothing} onClose={nothing}>
      <TextField id="name" label="Name" value="" onChange={nothing} />
    </Dialog>
  );
  const { rerender } = render(show(false, false));
  const field = await screen.findByRole('textbox', { name: 'Name' });
  await isFocused(field);
  const confirm = screen.getByRole<HTMLButtonElement>('button', { name: 'Remove' });
  confirm.focus();
  rerender(show(true, false));
  expect(confirm.getAttribute('aria-disabled')).toBe('true');
  expect(confirm.disabled).toBe(false);
  expect(document.activeElement?.textContent).toContain('Remove');
  // Browsers take the focus from what is disabled.
  confirm.blur();
  rerender(show(false, true));
  await isFocused(field);
});
