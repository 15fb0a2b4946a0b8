// What is recognised of user agents.
import { expect, it } from 'vitest';
import { browserOf } from './agent';

it('names browser and system of a user agent', () => {
  const linux = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';
  const phone =
    'Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36';
  const edge =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0';
  expect(browserOf(linux)).toBe('Firefox, Linux');
  expect(browserOf(phone)).toBe('Chrome, Android');
  expect(browserOf(edge)).toBe('Edge, Windows');
  expect(browserOf('curl/7.88.1')).toBe('curl');
  expect(browserOf('')).toBe('');
});
