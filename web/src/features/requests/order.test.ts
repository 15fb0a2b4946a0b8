// Requests in order, and which were decided.
import { describe, expect, it } from 'vitest';
import type { Request, RequestState } from '@/api/types';
import { decidedSince, inOrder } from './order';

const request = (id: string, state: RequestState, day: number, requester = 'eva'): Request => ({
  id,
  kind: 'quota',
  requester,
  holder: `user:${requester}`,
  state,
  reason: '',
  quota: null,
  instance: null,
  granted: null,
  answer: null,
  decided_by: null,
  created_at: `2026-01-0${day}T00:00:00Z`,
  decided_at: state === 'open' ? null : `2026-02-0${day}T00:00:00Z`,
  job: null,
});

describe('requests', () => {
  it('stand with the open ones first, the longest waiting at the top', () => {
    const list = [
      request('a', 'refused', 1),
      request('b', 'open', 3),
      request('c', 'approved', 4),
      request('d', 'open', 2),
    ];
    expect(inOrder(list).map(({ id }) => id)).toEqual(['d', 'b', 'c', 'a']);
  });

  it('are told of to who asked, once they are decided', () => {
    const before = [
      request('a', 'open', 1),
      request('b', 'open', 1, 'adam'),
      request('c', 'open', 1),
      request('d', 'approved', 1),
    ];
    const now = [
      request('a', 'approved', 1),
      request('b', 'refused', 1, 'adam'),
      request('c', 'withdrawn', 1),
      request('d', 'approved', 1),
      request('e', 'approved', 1),
    ];
    expect(decidedSince(before, now, 'eva').map(({ id }) => id)).toEqual(['a']);
  });
});
