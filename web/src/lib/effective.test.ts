// The server's words for why somebody has a right.
import { describe, expect, it } from 'vitest';
import { readCause, readObstacle } from './effective';

describe('the cause of a right', () => {
  it('is a grant, also through groups', () => {
    expect(readCause('grant to user:bob')).toEqual({
      kind: 'grant',
      holder: 'user:bob',
      role: null,
      through: [],
    });
    expect(readCause('grant to group:all (through group:web, group:dev)')).toEqual({
      kind: 'grant',
      holder: 'group:all',
      role: null,
      through: ['group:web', 'group:dev'],
    });
  });

  it('is owning it, by oneself or as a group', () => {
    expect(readCause('owner')).toMatchObject({ kind: 'owner', holder: null });
    expect(readCause('owner group:web')).toMatchObject({ kind: 'owner', holder: 'group:web' });
  });

  it('is a role', () => {
    expect(readCause('role staff')).toMatchObject({ kind: 'role', role: 'staff', holder: null });
  });

  it('may be one that is newer than these pages', () => {
    expect(readCause('because it is Monday')).toBeNull();
  });
});

it('an obstacle is the account or a missing grant', () => {
  expect(readObstacle('You need the right “resize” on this instance.')).toBe('noGrant');
  expect(readObstacle('There is no right on this instance.')).toBe('noGrant');
  expect(readObstacle('Your account may clone templates only.')).toBe('templatesOnly');
  expect(readObstacle('Your account may only look.')).toBe('readOnly');
});
