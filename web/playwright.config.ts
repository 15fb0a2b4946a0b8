// How the browser's tests run: Debian's Chromium against a site that they start, or OUREA_URL.
import { defineConfig } from '@playwright/test';
import { SITE_PORT } from './e2e/site-port';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/setup.ts',
  outputDir: '../build/test-logs/browser',
  // One server, one hypervisor, one story: the tests share their state.
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: [['list'], ['./e2e/closing-line.ts']],
  use: {
    baseURL: process.env.OUREA_URL ?? `http://127.0.0.1:${SITE_PORT}`,
    viewport: { width: 1400, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.OUREA_CHROMIUM ?? '/usr/bin/chromium',
      args: FLAGS,
    },
  },
});
