// Checks the catalogue of texts: every key that the code uses exists, and none is left unused.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const src = new URL('../src', import.meta.url).pathname;
const PLURAL = /_(zero|one|two|few|many|other)$/;

function flatten(tree, prefix = '') {
    return Object.entries(tree).flatMap(([key, value]) =>
        typeof value === 'string' ? [prefix + key] : flatten(value, `${prefix}${key}.`),
    );
}

const catalogue = flatten(JSON.parse(readFileSync(join(src, 'locales/en.json'), 'utf8')));
const keys = new Set(catalogue.map((key) => key.replace(PLURAL, '')));
const groups = new Set([...keys].map((key) => key.split('.')[0]));

const code = readdirSync(src, { recursive: true })
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name))
    .map((name) => readFileSync(join(src, name), 'utf8'))
    .join('\n');

const used = new Set();
const missing = [];
// A key is a quoted text whose first part is a group of the catalogue; ${…} stands for any one part.
for (const [, text] of code.matchAll(/['`]([a-zA-Z]+(?:\.(?:[a-zA-Z_]+|\$\{[^}]+\}))+)['`]/g)) {
    if (!groups.has(text.split('.')[0])) continue;
    const parts = text.split(/\$\{[^}]+\}/).map((part) => part.replaceAll('.', '\\.'));
    const pattern = new RegExp(`^${parts.join('[a-zA-Z_]+')}$`);
    const found = [...keys].filter((key) => pattern.test(key));
    if (found.length === 0) missing.push(text);
    for (const key of found) used.add(key);
}

const unused = [...keys].filter((key) => !used.has(key));
for (const key of missing) process.stderr.write(`not in the catalogue: ${key}\n`);
for (const key of unused) process.stderr.write(`not used in the code: ${key}\n`);
process.stdout.write(`catalogue: ${keys.size} keys\n`);
process.exit(missing.length + unused.length > 0 ? 1 : 0);
