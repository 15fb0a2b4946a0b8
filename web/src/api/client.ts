// The one place that speaks HTTP with the server: base path, CSRF token, problems as exceptions.
import { BASE } from './base';
import type { Problem, Session } from './types';

export const API_BASE = `${BASE}/api/v1`;

export class ApiError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail ?? problem.title);
  }
  get kind() {
    return this.problem.kind;
  }
  get field() {
    return this.problem.field;
  }
}

/** No answer at all: the network or the server is away. The text is chosen where it is shown. */
export class Unreachable extends Error {}

let csrfToken = '';
let onSignedOut = () => {};

export function keepSessionToken(session: Session | null) {
  csrfToken = session?.csrf_token ?? '';
}

export function whenSignedOut(callback: () => void) {
  onSignedOut = callback;
}

type Query = Record<string, string | number | boolean | null | undefined>;

export interface Options {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Query;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

export function apiPath(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') parameters.set(key, String(value));
  }
  const text = parameters.toString();
  return API_BASE + path + (text ? `?${text}` : '');
}

export async function send(path: string, options: Options = {}): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' });
  const method = options.method ?? 'GET';
  if (method !== 'GET') headers.set('X-CSRF-Token', csrfToken);
  if (options.body !== undefined) headers.set('Content-Type', 'application/json');
  const body = options.body === undefined ? null : JSON.stringify(options.body);
  const request = { method, headers, body, signal: options.signal ?? null };
  const response = await fetch(apiPath(path, options.query), request).catch((error: Error) => {
    throw error.name === 'AbortError' ? error : new Unreachable(error.message);
  });
  if (!response.ok) throw await refusal(response, path);
  return response;
}

async function refusal(response: Response, path: string): Promise<ApiError> {
  if (response.status === 401 && path !== '/session') onSignedOut();
  const fallback: Problem = {
    title: response.statusText || String(response.status),
    status: response.status,
    detail: null,
    kind: response.status >= 502 ? 'unavailable' : 'internal',
    field: null,
    remedy: null,
    request_id: null,
  };
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return new ApiError({ ...fallback, ...problem });
}

export async function request<T>(path: string, options: Options = {}): Promise<T> {
  const response = await send(path, options);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export interface Page<T> {
  items: T[];
  total: number;
  next_cursor: string | null;
}

/** Reads a list to its end. */
export async function requestAll<T>(path: string, query: Query = {}, signal?: AbortSignal) {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await request(path, { query: { ...query, limit: 1000, cursor }, signal });
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
}

/** A short list that the server always answers whole and without parameters. */
export async function requestItems<T>(path: string): Promise<T[]> {
  return (await request<Page<T>>(path)).items;
}

export const segment = encodeURIComponent;
