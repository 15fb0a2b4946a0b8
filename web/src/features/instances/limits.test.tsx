// The limits of a move that is under way: who is offered to change them, and what is sent.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, expect, it, vi } from 'vitest';
import '@/i18n';
import type { Job, Role } from '@/api/types';
import { Toasts } from '@/ui/Toasts';
import { TaskStrip } from '../jobs/TaskStrip';
import { keys } from '../keys';
import { InstanceDialogs } from './dialogs';

const JOB = {
  id: 'j1',
  kind: 'migrate',
  state: 'running',
  progress: 40,
  message: '',
  instance: 'i1',
  instance_name: 'ourea7',
  actor: 'ada',
  steps: [],
} as unknown as Job;

const CHANGE = 'Change the limits: Move ourea7';
const sent = vi.fn();

function show(
  job: Job = JOB,
  role: Role = 'administrator',
  answer: [number, unknown] = [200, JOB],
) {
  vi.stubGlobal('fetch', async (url: string, { method, body }: RequestInit) => {
    sent(`${method} ${url}`, JSON.parse(String(body)));
    return Response.json(answer[1], { status: answer[0] });
  });
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(keys.session, { user: 'ada', role });
  client.setQueryData(keys.me, { read_only: false, capabilities: [] });
  client.setQueryData(keys.jobs, [job]);
  const element = (
    <Toasts>
      <InstanceDialogs>
        <TaskStrip />
      </InstanceDialogs>
    </Toasts>
  );
  const router = createMemoryRouter([{ path: '*', element }]);
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  return client;
}

async function open() {
  fireEvent.click(screen.getByRole('button', { name: CHANGE }));
  return screen.findByRole('dialog', {}, { timeout: 10_000 });
}

const type = (label: RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const confirm = () => screen.getByRole<HTMLButtonElement>('button', { name: 'Change the limits' });

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

it('are offered to administrators, for a move that runs', () => {
  show();
  expect(screen.getByRole('button', { name: CHANGE })).toBeTruthy();
  cleanup();
  show(JOB, 'user');
  expect(screen.queryByRole('button', { name: CHANGE })).toBeNull();
  expect(screen.getByRole('button', { name: 'Cancel: Move ourea7' })).toBeTruthy();
  cleanup();
  show({ ...JOB, state: 'queued' });
  expect(screen.queryByRole('button', { name: CHANGE })).toBeNull();
  cleanup();
  show({ ...JOB, kind: 'clone' });
  expect(screen.queryByRole('button', { name: /Change/ })).toBeNull();
});

it('change where something is typed', async () => {
  show();
  await open();
  expect(confirm().disabled).toBe(true);
  type(/MiB/, 'fast');
  expect(screen.getByText(/whole number from 1 to 100000/)).toBeTruthy();
  expect(confirm().disabled).toBe(true);
  type(/MiB/, '');
  type(/stand still/, '2000');
  fireEvent.click(confirm());
  expect(await screen.findByText('Move ourea7: its limits were changed')).toBeTruthy();
  expect(sent).toHaveBeenCalledWith('PATCH /api/v1/jobs/j1', { max_downtime_ms: 2000 });
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('tell at the field what the server refused', async () => {
  const detail = 'bandwidth_mib_s: expected 1 to 100000';
  const problem = {
    status: 422,
    title: 'Invalid',
    kind: 'invalid',
    detail,
    field: 'bandwidth_mib_s',
  };
  show(JOB, 'administrator', [422, problem]);
  await open();
  type(/MiB/, '5');
  fireEvent.click(confirm());
  expect(await screen.findByText('Expected 1 to 100000')).toBeTruthy();
});

it('cannot change any more once the move has ended', async () => {
  const client = show();
  await open();
  await act(async () => client.setQueryData(keys.jobs, [{ ...JOB, state: 'succeeded' }]));
  await waitFor(() => expect(screen.getByText('The move has ended')).toBeTruthy());
  expect(screen.queryByRole('button', { name: 'Change the limits' })).toBeNull();
});
