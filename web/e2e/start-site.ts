// Starts a whole site by tests/support/site.py, and waits until everything is in place.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const SITE = new URL('../../tests/support/site.py', import.meta.url).pathname;
const PATIENCE_MS = 300_000;
const LOOK_EVERY_MS = 200;

/** What ends it. */
export async function startSite(port: number, ...options: string[]): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'ourea-ready-'));
  const ready = join(folder, 'ready');
  const site = spawn(SITE, ['--port', String(port), '--ready', ready, ...options], {
    stdio: 'inherit',
  });
  try {
    await appears(ready, site);
  } finally {
    rmSync(folder, { recursive: true });
  }
  return () => end(site);
}

async function appears(file: string, site: ChildProcess) {
  const deadline = Date.now() + PATIENCE_MS;
  while (!existsSync(file)) {
    if (site.exitCode !== null) throw new Error(`the site ended with ${site.exitCode}`);
    if (Date.now() > deadline) throw new Error('the site was not ready in time');
    await sleep(LOOK_EVERY_MS);
  }
}

async function end(site: ChildProcess) {
  if (site.exitCode !== null) return;
  const ended = new Promise((resolve) => site.once('exit', resolve));
  site.kill('SIGTERM');
  await ended;
}
