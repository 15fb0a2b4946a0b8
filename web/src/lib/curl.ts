// Writes a request as a command line, so that what was clicked once can be scripted.

/** Quotes for a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The bearer token stays a variable: a secret has no place in a copied command. */
export function curl(method: string, url: string, body?: object): string {
  const parts = [
    'curl',
    '--fail-with-body',
    '-X',
    method,
    '-H',
    '"Authorization: Bearer $OUREA_TOKEN"',
  ];
  if (body) {
    const present = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
    parts.push('-H', shellQuote('Content-Type: application/json'));
    parts.push('-d', shellQuote(JSON.stringify(present)));
  }
  parts.push(shellQuote(url));
  return parts.join(' ');
}
