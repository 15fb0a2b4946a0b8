// What is done to several machines at once: what the dialogs say, and how what failed is tried again.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '@/i18n';
import type { InstanceRow } from '@/api/types';
import { Toasts } from '@/ui/Toasts';
import { keys } from '../keys';
import { BulkDialog } from './BulkDialog';
import { BulkTagDialog } from './BulkTagDialog';
import { OwnersDialog } from './OwnersDialog';

const row = (name: string) => ({ id: `id-${name}`, name, tags: [] }) as unknown as InstanceRow;
const ROWS = [row('web1'), row('web2'), row('web3')];

const sent = vi.fn();
const onClose = vi.fn();
const onDone = vi.fn();
let refused = '';

function show(dialog: ReactElement) {
  vi.stubGlobal('fetch', async (url: string, { method, body }: RequestInit) => {
    if (method === 'GET') return Response.json({ items: [], total: 0, next_cursor: null });
    sent(`${method} ${/id-(\w+)/.exec(url)?.[1]}`, body && JSON.parse(String(body)));
    if (refused && url.includes(refused)) {
      const problem = {
        status: 409,
        title: 'Conflict',
        kind: 'conflict',
        detail: `${refused}: It moves.`,
      };
      return Response.json(problem, { status: 409 });
    }
    return Response.json({ id: url, job: { id: url } });
  });
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.session, { user: 'ada', role: 'administrator' });
  render(
    <QueryClientProvider client={client}>
      <Toasts>{dialog}</Toasts>
    </QueryClientProvider>,
  );
}

const handlers = { rows: ROWS, onClose, onDone };
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const press = (name: string) => fireEvent.click(button(name));
const isFocused = (element: HTMLElement) =>
  waitFor(() => expect(document.activeElement).toBe(element));

beforeEach(() => {
  refused = '';
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

describe('deleting several machines', () => {
  it('begins in the field for their number, and says what the button does', async () => {
    show(<BulkDialog {...handlers} verb="delete" />);
    const field = screen.getByLabelText('Type 3 to confirm');
    await isFocused(field);
    expect(button('Delete 3 machines').disabled).toBe(true);
    fireEvent.change(field, { target: { value: '3' } });
    press('Delete 3 machines');
    await waitFor(() => expect(screen.getAllByText('Done')).toHaveLength(3));
    expect(sent.mock.calls.map(([call]) => call)).toEqual([
      'DELETE web1',
      'DELETE web2',
      'DELETE web3',
    ]);
    await isFocused(document.querySelector<HTMLElement>('[id$="-cancel"]') as HTMLElement);
    expect(screen.queryByRole('button', { name: /Delete/ })).toBeNull();
  });

  it('leaves them as they are until somebody confirms', () => {
    show(<BulkDialog {...handlers} verb="delete" />);
    press('Cancel');
    expect(onClose).toHaveBeenCalled();
    expect(onDone).not.toHaveBeenCalled();
  });
});

describe('starting several machines', () => {
  it('is confirmed by Enter at once', async () => {
    show(<BulkDialog {...handlers} rows={[row('web1')]} verb="start" />);
    await isFocused(button('Start 1 machine'));
  });

  it('tries again what failed, and nothing else', async () => {
    refused = 'web2';
    show(<BulkDialog {...handlers} verb="start" />);
    press('Start 3 machines');
    expect(await screen.findByText('It moves.')).toBeTruthy();
    await waitFor(() => expect(button('Try again').disabled).toBe(false));
    expect(sent).toHaveBeenCalledTimes(3);
    refused = '';
    sent.mockClear();
    press('Try again');
    await waitFor(() => expect(screen.getAllByText('Done')).toHaveLength(3));
    expect(sent.mock.calls).toHaveLength(1);
    expect(sent.mock.calls[0]?.[0]).toContain('web2');
    expect(screen.queryByText('It moves.')).toBeNull();
  });
});

describe('giving several machines tags', () => {
  it('begins in the field for those that they get', async () => {
    show(<BulkTagDialog {...handlers} />);
    const [added] = screen.getAllByRole('combobox');
    await isFocused(added as HTMLElement);
    expect(button('Save').disabled).toBe(true);
    fireEvent.change(added as HTMLElement, { target: { value: 'lab ' } });
    press('Save');
    await waitFor(() => expect(sent).toHaveBeenCalledTimes(3));
    expect(sent).toHaveBeenLastCalledWith('PATCH web3', { tags: ['lab'] });
  });
});

describe('giving several machines another owner', () => {
  const give = () => {
    fireEvent.change(screen.getByRole('combobox'), { target: { value: 'alice' } });
    press('Set the owner');
  };

  it('ends with a word when all have it', async () => {
    show(<OwnersDialog {...handlers} />);
    give();
    expect(await screen.findByText('3 machines have a new owner')).toBeTruthy();
    expect(sent).toHaveBeenCalledWith('PATCH web1', { owner: 'alice' });
    expect(onDone).toHaveBeenCalledTimes(1);
  });

  it('stays open with the reason, also for another owner', async () => {
    refused = 'web3';
    show(<OwnersDialog {...handlers} />);
    give();
    expect(await screen.findByText('It moves.')).toBeTruthy();
    expect(onDone).not.toHaveBeenCalled();
    sent.mockClear();
    refused = '';
    fireEvent.change(screen.getByRole('combobox'), { target: { value: 'bob' } });
    await waitFor(() => expect(button('Try again').disabled).toBe(false));
    press('Try again');
    await waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
    expect(sent.mock.calls).toEqual([['PATCH web3', { owner: 'bob' }]]);
  });
});
