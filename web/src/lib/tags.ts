// Tags as people type them, and what a change of several machines makes of them.

export const MOST_TAGS = 20;

/** In lower case, sorted, each once. */
export const sortedTags = (tags: string[]) =>
  [...new Set(tags.map((tag) => tag.toLowerCase()))].sort();

/** What was typed, apart at spaces and commas. */
export const toTags = (text: string) => sortedTags(text.split(/[\s,]+/).filter(Boolean));

export const isTag = (text: string) => /^[a-z0-9._:-]{1,40}$/i.test(text);

/** What a machine has once some are added and others removed. */
export const changedTags = (tags: string[], added: string[], removed: string[]) =>
  sortedTags([...tags, ...added].filter((tag) => !removed.includes(tag)));

/** Whether two lists, each sorted, are the same. */
export const sameTags = (a: string[], b: string[]) => a.join(' ') === b.join(' ');
