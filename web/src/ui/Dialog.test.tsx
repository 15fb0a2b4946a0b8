// Where the focus goes when a dialog opens.
import { Radio } from '@patternfly/react-core';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
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

describe('with fields that come after it', () => {
  const show = (fields: ReactNode) => (
    <Dialog {...words} isBlocked={!fields} onConfirm={nothing} onClose={nothing}>
      {fields}
    </Dialog>
  );
  const choices = (made: string) =>
    ['hv1', 'hv2', 'hv3'].map((host) => (
      <Radio
        key={host}
        id={host}
        name="host"
        label={host}
        isDisabled={host === 'hv1'}
        isChecked={host === made}
        onChange={nothing}
      />
    ));
  const cancel = () => screen.getByRole('button', { name: 'Cancel' });

  it('goes on to the first that can be chosen', async () => {
    const { rerender } = render(show(null));
    await isFocused(cancel());
    rerender(show(choices('')));
    await isFocused(screen.getByRole('radio', { name: 'hv2' }));
  });

  it('goes on to the choice that is made', async () => {
    const { rerender } = render(show(null));
    await isFocused(cancel());
    rerender(show(choices('hv3')));
    await isFocused(screen.getByRole('radio', { name: 'hv3' }));
  });

  it('stays where somebody has put it', async () => {
    const { rerender } = render(show(null));
    await isFocused(cancel());
    const close = screen.getByRole('button', { name: 'Close' });
    close.focus();
    rerender(show(choices('')));
    await new Promise((resolve) => setTimeout(resolve));
    expect(document.activeElement).toBe(close);
  });

  it('stays where somebody has begun to type', async () => {
    const field = <TextField id="name" label="Name" value="" onChange={nothing} />;
    const after = (others: ReactNode) =>
      show(
        <>
          {others}
          {field}
        </>,
      );
    const { rerender } = render(after(null));
    const name = screen.getByRole('textbox', { name: 'Name' });
    await isFocused(name);
    fireEvent.keyDown(name, { key: 'w' });
    rerender(after(choices('hv2')));
    await new Promise((resolve) => setTimeout(resolve));
    expect(document.activeElement).toBe(name);
  });
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
