// Which browser and system a user agent names, as far as people want to know.

const BROWSERS: [mark: RegExp, name: string][] = [
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/Firefox\//, 'Firefox'],
  [/(HeadlessChrome|Chromium)\//, 'Chromium'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^python-/i, 'Python'],
];

const SYSTEMS: [mark: RegExp, name: string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

const first = (marks: [RegExp, string][], text: string) =>
  marks.find(([mark]) => mark.test(text))?.[1];

/** "Firefox, Linux"; empty when nothing is recognised. */
export const browserOf = (agent: string) =>
  [first(BROWSERS, agent), first(SYSTEMS, agent)].filter(Boolean).join(', ');
