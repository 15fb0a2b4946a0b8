// The maintenance of a host: what becomes of its machines, and the dialogs that begin and end it.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, describe, expect, it, vi } from 'vitest';
import '@/i18n';
import type { Move } from '@/api/types';
import { Toasts } from '@/ui/Toasts';
import { BeginDialog, EndDialog } from './MaintenanceDialogs';
import { byUrgency, isAnswering, refusedOf, stayingOf } from './maintenance';

const AT = '/api/v1/hosts/hv1/maintenance';
const JOB = '0a0b0c0d-0000-4000-8000-0000000000ff';

const move = (name: string, changes: Partial<Move> = {}): Move => ({
  instance: `id-${name}`,
  name,
  state: 'running',
  to: 'hv2',
  needs_storage: false,
  reasons: [],
  warnings: [],
  job: null,
  ...changes,
});
const stays = { to: null, reasons: ['hv2: It has no network lab.'] };

describe('a host in maintenance', () => {
  it('answers unless it says why not', () => {
    expect(isAnswering({ state: 'maintenance', error: null })).toBe(true);
    expect(isAnswering({ state: 'maintenance', error: 'No route to host' })).toBe(false);
    expect(isAnswering({ state: 'offline', error: null })).toBe(false);
  });
});

describe('the machines of a host', () => {
  it('are listed from those that stay, then by name', () => {
    const moves = [move('web10'), move('web9'), move('db', stays)];
    expect(byUrgency(moves).map(({ name }) => name)).toEqual(['db', 'web9', 'web10']);
  });

  it('that stay are counted, and among them those that are on', () => {
    const moves = [
      move('web'),
      move('db', stays),
      move('old', { ...stays, state: 'shutoff' }),
      move('held', { ...stays, state: 'paused' }),
    ];
    expect(stayingOf(moves)).toEqual({ count: 3, on: 2 });
    expect(stayingOf([])).toEqual({ count: 0, on: 0 });
  });

  it('whose move did not begin are those with a host and no job', () => {
    const moves = [move('web', { job: JOB }), move('db', stays), move('late')];
    expect(refusedOf(moves).map(({ name }) => name)).toEqual(['late']);
  });
});

const sent = vi.fn();
const onClose = vi.fn();

function show(dialog: ReactElement, answers: Record<string, Move[]>) {
  vi.stubGlobal('fetch', async (url: string, { method, body }: RequestInit) => {
    const call = [`${method} ${url}`, body && JSON.parse(String(body))].filter(Boolean);
    sent(...call);
    const moves = answers[call.map((part) => JSON.stringify(part)).join(' ')];
    return moves
      ? Response.json({ host: 'hv1', maintenance: true, moves })
      : Response.json({ items: [], total: 0, next_cursor: null });
  });
  const router = createMemoryRouter([{ path: '*', element: dialog }]);
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Toasts>
        <RouterProvider router={router} />
      </Toasts>
    </QueryClientProvider>,
  );
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

const answerTo = (call: string, body?: object) =>
  [JSON.stringify(call), body && JSON.stringify(body)].filter(Boolean).join(' ');
const PREVIEW = answerTo(`POST ${AT}?dry_run=true`, { storage: false });
const PREVIEW_COPYING = answerTo(`POST ${AT}?dry_run=true`, { storage: true });
const BEGIN = answerTo(`POST ${AT}`, { storage: false });

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const begin = <BeginDialog host="hv1" kind="begin" onClose={onClose} />;

describe('beginning the maintenance', () => {
  it('shows where each machine goes and in plain view why one stays', async () => {
    show(begin, { [PREVIEW]: [move('web'), move('db', stays)] });
    expect(await screen.findByText('hv2: It has no network lab.')).toBeTruthy();
    expect(screen.getByRole('heading', { name: /1 machine that is on stays here/ })).toBeTruthy();
    expect(screen.getByRole('link', { name: 'web' }).getAttribute('href')).toBe(
      '/instances/id-web',
    );
  });

  it('asks again when disks may be copied, and begins with that', async () => {
    const moved = [move('db', { needs_storage: true, job: JOB })];
    show(begin, {
      [PREVIEW]: [move('db', stays)],
      [PREVIEW_COPYING]: [move('db', { needs_storage: true })],
      [answerTo(`POST ${AT}`, { storage: true })]: moved,
    });
    fireEvent.click(await screen.findByRole('checkbox'));
    expect(await screen.findByText('(its disks are copied along)')).toBeTruthy();
    await waitFor(() => expect(button('Start maintenance').disabled).toBe(false));
    fireEvent.click(button('Start maintenance'));
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(sent).toHaveBeenCalledWith(`POST ${AT}`, { storage: true });
  });

  it('says which moves could not begin', async () => {
    const refused = move('web', { reasons: ['It is being deleted.'] });
    show(begin, { [PREVIEW]: [move('web')], [BEGIN]: [refused] });
    await screen.findByRole('link', { name: 'web' });
    fireEvent.click(button('Start maintenance'));
    expect(await screen.findByText('web: It is being deleted.')).toBeTruthy();
    expect(onClose).toHaveBeenCalled();
  });

  it('needs no machine, but moving the rest does', async () => {
    show(begin, { [PREVIEW]: [] });
    expect(await screen.findByText('No machine is on hv1')).toBeTruthy();
    expect(button('Start maintenance').disabled).toBe(false);
    cleanup();
    show(<BeginDialog host="hv1" kind="rest" onClose={onClose} />, {
      [PREVIEW]: [move('db', stays)],
    });
    await screen.findByText('Stays');
    expect(button('Move them').disabled).toBe(true);
  });
});

describe('ending the maintenance', () => {
  it('brings the machines back unless somebody wants them to stay where they are', async () => {
    const back = `DELETE ${AT}?bring_back=`;
    show(<EndDialog host="hv1" onClose={onClose} />, {
      [answerTo(`${back}true`)]: [],
      [answerTo(`${back}false`)]: [],
    });
    fireEvent.click(button('End maintenance'));
    await waitFor(() => expect(sent).toHaveBeenCalledWith(`${back}true`));
    await waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
    fireEvent.click(screen.getByRole('checkbox'));
    fireEvent.click(button('End maintenance'));
    await waitFor(() => expect(sent).toHaveBeenCalledWith(`${back}false`));
  });
});
