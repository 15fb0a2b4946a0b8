// The built front end below a path, behind a real Apache that knows who alice is: pages, events, console, signing out.
import type { Page } from '@playwright/test';
import { APACHE_PORT } from './site-port';
import { ADMINISTRATOR, expect, lit, test } from './site';
import { startSite } from './start-site';

const HERE = `http://127.0.0.1:${APACHE_PORT}`;
const PORTAL = `${HERE}/ourea`;

test.describe.configure({ mode: 'serial' });
test.skip(Boolean(process.env.OUREA_URL), 'needs an Apache of its own');
test.use({
  httpCredentials: { username: 'alice', password: 'wonder land', origin: HERE },
});

let end = async () => {};

test.beforeAll(async () => {
  test.setTimeout(300_000);
  end = await startSite(APACHE_PORT, '--below', '/ourea');
});

test.afterAll(() => end());

async function come(page: Page, path = '/') {
  await page.goto(PORTAL + path);
  await expect(page.getByRole('button', { name: 'user menu' })).toContainText('alice');
}

async function signOut(page: Page) {
  await page.getByRole('button', { name: 'user menu' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
}

test('whoever Apache knows is in, on the page that was asked for', async ({ page }) => {
  await come(page, '/instances?q=tiny');
  await expect(page).toHaveURL(`${PORTAL}/instances?q=tiny`);
  await expect(page.getByRole('link', { name: 'tiny', exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Overview' }).click();
  await expect(page).toHaveURL(`${PORTAL}/overview`);
  await page.reload();
  await expect(page.getByRole('button', { name: 'user menu' })).toContainText('alice');
});

test('everything that is asked for lies below the path', async ({ page }) => {
  const outside: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${PORTAL}/`)) outside.push(request.url());
  });
  await come(page, '/instances');
  await page.getByRole('link', { name: 'tiny', exact: true }).click();
  await expect(page.getByText('Running', { exact: true }).first()).toBeVisible();
  expect(outside).toEqual([]);
});

test('a change comes in without a reload', async ({ page, playwright }) => {
  await come(page, '/instances');
  await expect(page.getByRole('link', { name: 'tiny', exact: true })).toBeVisible();
  const other = await playwright.request.newContext();
  const signedIn = await other.post(`${PORTAL}/api/v1/session`, {
    data: { username: ADMINISTRATOR.name, password: ADMINISTRATOR.password },
  });
  const headers = { 'X-CSRF-Token': (await signedIn.json()).csrf_token as string };
  const { items } = await (await other.get(`${PORTAL}/api/v1/instances`)).json();
  const title = `Seen at ${Date.now()}`;
  const changed = await other.patch(`${PORTAL}/api/v1/instances/${items[0].id}`, {
    headers,
    data: { title },
  });
  expect(changed.status()).toBe(200);
  await expect(page.getByText(title)).toBeVisible();
  await other.dispose();
});

test('the console shows the screen', async ({ page }) => {
  await come(page, '/instances');
  await page.getByRole('link', { name: 'tiny', exact: true }).click();
  await page.getByRole('link', { name: 'Console', exact: true }).click();
  await expect(page.getByText('Connected', { exact: true })).toBeVisible({ timeout: 30_000 });
  await expect.poll(() => lit(page), { timeout: 60_000 }).toBeGreaterThan(50);
});

test('signing out says what it means, and nobody is signed in again by themselves', async ({
  page,
}) => {
  await come(page);
  await signOut(page);
  await expect(page.getByText('The web server signed you in.')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Sign out there as well' })).toHaveAttribute(
    'href',
    '/sso/logout',
  );
  await page.goto(`${PORTAL}/instances`);
  await expect(page).toHaveURL(`${PORTAL}/sign-in?next=%2Finstances`);
  await page.getByRole('link', { name: 'Single sign-on' }).click();
  await expect(page).toHaveURL(`${PORTAL}/instances`);
  await expect(page.getByRole('button', { name: 'user menu' })).toContainText('alice');
});

test('a password works beside it', async ({ page }) => {
  await page.goto(`${PORTAL}/sign-in?by=hand`);
  await page.getByLabel('User name').fill(ADMINISTRATOR.name);
  await page.getByLabel('Password').fill(ADMINISTRATOR.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: 'user menu' })).toContainText(ADMINISTRATOR.name);
  await signOut(page);
  await expect(page.getByLabel('User name')).toBeVisible();
  await expect(page.getByText('The web server signed you in.')).toBeHidden();
});
