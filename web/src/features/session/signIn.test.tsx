// The ways in that the sign-in page shows, and when it takes one by itself.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import '@/i18n';
import type { SignInOptions } from '@/api/types';
import { rememberLeaving } from './left';
import { SignInPage } from './SignInPage';
import { SingleSignOnPage } from './SingleSignOnPage';

const OPTIONS: SignInOptions = {
  password: true,
  single_sign_on: { available: true, user: null },
  sign_out_url: 'https://sso.example.org/out',
};
const SESSION = { user: 'alice', role: 'user', csrf_token: 'x', sign_out_note: 'note' };

const replace = vi.fn();
const asked = vi.fn();

/** The server's answers by address; what is not there is 401. */
function serve(answers: Record<string, [number, unknown]>) {
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked(`${init.method} ${url}`);
    const [status, body] = answers[`${init.method} ${url}`] ?? [401, { detail: 'Sign in first.' }];
    return new Response(JSON.stringify(body), { status });
  });
}

function show(at: string) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const router = createMemoryRouter(
    [
      { path: '/sign-in', Component: SignInPage },
      { path: '/single-sign-on', Component: SingleSignOnPage },
      { path: '/instances', element: <p>inside</p> },
    ],
    { initialEntries: [at] },
  );
  render(
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  localStorage.clear();
  vi.stubGlobal('location', { ...location, replace });
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.clearAllMocks();
});

const options = (changes: Partial<SignInOptions> = {}) =>
  serve({ 'GET /api/v1/sign-in-options': [200, { ...OPTIONS, ...changes }] });

describe('the sign-in page', () => {
  it('goes to single sign-on by itself where there is one', async () => {
    options();
    show('/sign-in?next=%2Finstances');
    await waitFor(() => expect(replace).toHaveBeenCalledWith('/single-sign-on?next=%2Finstances'));
    expect(screen.queryByLabelText(/Password/)).toBeNull();
  });

  it('never does after somebody signed out, and says what that means', async () => {
    rememberLeaving('The web server signed you in.');
    options({ single_sign_on: { available: true, user: 'alice' } });
    show('/sign-in');
    const button = await screen.findByText('Sign in as alice');
    expect(button.closest('a')?.getAttribute('href')).toBe('/single-sign-on');
    expect(screen.getByText('The web server signed you in.')).toBeDefined();
    const outside = screen.getByText('Sign out there as well');
    expect(outside.getAttribute('href')).toBe('https://sso.example.org/out');
    expect(replace).not.toHaveBeenCalled();
  });

  it('never does when a password is wanted', async () => {
    options();
    show('/sign-in?by=hand');
    expect(await screen.findByLabelText(/Password/)).toBeDefined();
    expect(replace).not.toHaveBeenCalled();
  });

  it('asks for no password where none counts', async () => {
    options({ password: false });
    show('/sign-in?by=hand');
    expect(await screen.findByText('Single sign-on')).toBeDefined();
    expect(screen.queryByLabelText(/Password/)).toBeNull();
  });

  it('asks for a password where that is the only way', async () => {
    options({ single_sign_on: { available: false, user: null }, sign_out_url: null });
    show('/sign-in');
    expect(await screen.findByLabelText(/Password/)).toBeDefined();
    expect(screen.queryByText('Single sign-on')).toBeNull();
    expect(replace).not.toHaveBeenCalled();
  });
});

describe('the page of single sign-on', () => {
  it('gets a session once and goes on', async () => {
    rememberLeaving('left before');
    serve({ 'POST /api/v1/session/single-sign-on': [200, SESSION] });
    show('/single-sign-on?next=%2Finstances');
    expect(await screen.findByText('inside')).toBeDefined();
    expect(asked.mock.calls.filter(([what]) => what.startsWith('POST'))).toHaveLength(1);
    expect(localStorage.getItem('ourea.left')).toBeNull();
  });

  it('shows why not, and does not try again', async () => {
    serve({
      'POST /api/v1/session/single-sign-on': [403, { detail: 'You have no account here yet.' }],
    });
    show('/single-sign-on?next=%2F%2Fevil.example');
    expect(await screen.findByText('You have no account here yet.')).toBeDefined();
    const back = screen.getByText('Sign in another way').closest('a');
    expect(back?.getAttribute('href')).toBe('/sign-in?by=hand&next=%2F');
    expect(asked.mock.calls.filter(([what]) => what.startsWith('POST'))).toHaveLength(1);
  });
});
