// Tests of tags as they are typed and changed.
import { describe, expect, it } from 'vitest';
import { changedTags, isTag, sameTags, toTags } from './tags';

describe('tags', () => {
  it('are typed with spaces or commas between them, in any case', () => {
    expect(toTags(' Web, db:main  web ')).toEqual(['db:main', 'web']);
    expect(toTags('  ')).toEqual([]);
  });

  it('are letters, digits and a few signs', () => {
    expect(['web', 'A-1_b.c:d', 'x'.repeat(40)].every(isTag)).toBe(true);
    expect(['', 'two words', 'café', 'x'.repeat(41), 'a/b'].some(isTag)).toBe(false);
  });

  it('of several machines change by what is added and removed', () => {
    expect(changedTags(['db', 'old'], ['web'], ['old'])).toEqual(['db', 'web']);
    expect(changedTags(['db'], ['db'], [])).toEqual(['db']);
    expect(sameTags(['a', 'b'], ['a', 'b'])).toBe(true);
    expect(sameTags(['a'], ['a', 'b'])).toBe(false);
  });
});
