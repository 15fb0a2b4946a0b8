// Writes a .gz and a .br beside every text file of the build, so that the server never compresses.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

// Not index.html, which the server completes with the path of the portal.
const TEXT = /\.(js|css|svg|json|txt)$/;
const dist = new URL('../dist', import.meta.url).pathname;
const FIRST_LOAD_LIMIT = 350 * 1024;

const sizes = new Map();
for (const entry of readdirSync(dist, { recursive: true })) {
    const path = join(dist, entry);
    if (!statSync(path).isFile() || !TEXT.test(entry)) continue;
    const data = readFileSync(path);
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: data.length };
    const br = brotliCompressSync(data, { params });
    const gz = gzipSync(data, { level: 9 });
    writeFileSync(`${path}.br`, br);
    writeFileSync(`${path}.gz`, gz);
    sizes.set(`./${entry}`, gz.length);
}

const html = readFileSync(join(dist, 'index.html'), 'utf8');
const first = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map((match) => match[1]);
const total = first.reduce((sum, path) => sum + (sizes.get(path) ?? 0), 0);
process.stdout.write(`first load: ${(total / 1024).toFixed(0)} kB compressed\n`);
if (total > FIRST_LOAD_LIMIT) {
    process.stderr.write(`first load is above ${FIRST_LOAD_LIMIT / 1024} kB\n`);
    process.exit(1);
}
