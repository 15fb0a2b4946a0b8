// Where signing in leads to, and where it never does.
import { describe, expect, it } from 'vitest';
import { ownPath } from './next';

describe('the page after signing in', () => {
  it('is the one that was asked for', () => {
    for (const path of ['/', '/instances', '/instances/1/console?full=1&q=a%2Fb', '/users/ünï'])
      expect(ownPath(path)).toBe(path);
  });

  it('is never on another site', () => {
    const elsewhere = [
      null,
      '',
      'instances',
      '//evil.example',
      '/\\evil.example',
      '/\t/evil.example',
      '/\n/evil.example',
      '\\\\evil.example',
      'https://evil.example',
      'javascript:alert(1)',
      ' //evil.example',
      '/a\\b',
    ];
    for (const path of elsewhere) expect(ownPath(path), String(path)).toBe('/');
  });
});
