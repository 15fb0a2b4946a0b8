// Users and groups as holders, and who is in which group.
import { describe, expect, it } from 'vitest';
import { groupsOf, holderName, holderOf, kindOf, ownerOf } from './holder';

describe('holders', () => {
  it('are written with their kind, owners without that of users', () => {
    expect(holderName('group:web')).toBe('web');
    expect(kindOf('user:group')).toBe('user');
    expect(ownerOf('user:eva')).toBe('eva');
    expect(ownerOf('group:web')).toBe('group:web');
    expect(holderOf('eva')).toBe('user:eva');
    expect(holderOf('group:web')).toBe('group:web');
  });
});

describe('the groups of a user', () => {
  const groups = [
    { name: 'all', members: ['group:staff', 'user:eva'] },
    { name: 'staff', members: ['group:web'] },
    { name: 'web', members: ['user:adam'] },
    { name: 'other', members: ['user:eva'] },
  ];

  it('are found through groups, with the way', () => {
    expect([...groupsOf('user:adam', groups)]).toEqual([
      ['web', []],
      ['staff', ['web']],
      ['all', ['web', 'staff']],
    ]);
  });

  it('are those of that user alone', () => {
    expect([...groupsOf('user:eva', groups).keys()]).toEqual(['all', 'other']);
    expect(groupsOf('user:nobody', groups).size).toBe(0);
  });
});
