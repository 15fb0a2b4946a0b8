// The page of the log: filters that can be shared, exports of the same, the mark of its proof.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { ADMINISTRATOR, change, expect, signIn, test, USER } from './site';

const log = (page: Page) => page.getByRole('table', { name: 'Activity' });
const rows = (page: Page) => log(page).getByRole('row');
/** The filters in the URL, in whatever order they came in. */
const filters = (wanted: Record<string, string>) => (url: URL) =>
  url.searchParams.size === Object.keys(wanted).length &&
  Object.entries(wanted).every(([name, value]) => url.searchParams.get(name) === value);

test('filters stand in the URL, can be shared, and are cleared', async ({ page, browser }) => {
  await signIn(page, ADMINISTRATOR);
  await page.goto('/activity');
  await page.getByLabel('User name').fill(ADMINISTRATOR.name);
  await page.getByLabel('Action', { exact: true }).fill('user.');
  await page.getByLabel('Any result').selectOption('ok');
  await expect(page).toHaveURL(
    filters({ actor: ADMINISTRATOR.name, action: 'user.', result: 'ok' }),
  );
  await expect(log(page).getByText('user.quota').first()).toBeVisible();
  await expect(log(page).getByText('session.sign_in')).toHaveCount(0);

  const other = await browser.newPage();
  await signIn(other, ADMINISTRATOR);
  await other.goto(page.url());
  await expect(other.getByLabel('User name')).toHaveValue(ADMINISTRATOR.name);
  await expect(log(other).getByText('user.quota').first()).toBeVisible();
  await expect(log(other).getByText('session.sign_in')).toHaveCount(0);
  await other.close();

  await page.getByRole('button', { name: 'Remove the filter Action: user.' }).click();
  await expect(page).toHaveURL(filters({ actor: ADMINISTRATOR.name, result: 'ok' }));
  await expect(log(page).getByText('session.sign_in').first()).toBeVisible();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page).toHaveURL(/\/activity$/);

  await page.goto('/activity?actor=nobody-of-that-name');
  await expect(page.getByText('No record matches')).toBeVisible();
});

test('an export holds what the filters show', async ({ page }) => {
  await signIn(page, ADMINISTRATOR);
  await page.goto(`/activity?action=user.quota&object=user%3A${USER.name}`);
  await expect(rows(page).nth(1)).toBeVisible();
  const exported = async (name: string) => {
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name }).click();
    const download = await waiting;
    return {
      name: download.suggestedFilename(),
      text: readFileSync(await download.path(), 'utf8'),
    };
  };
  const lines = await exported('Export JSON lines');
  expect(lines.name).toBe('ourea-audit.jsonl');
  const records = lines.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(records.length).toBeGreaterThan(0);
  for (const record of records) {
    expect(record).toMatchObject({ action: 'user.quota', object: `user:${USER.name}` });
  }
  const table = await exported('Export CSV');
  expect(table.name).toBe('ourea-audit.csv');
  expect(table.text.trim().split('\r\n')).toHaveLength(records.length + 1);
});

test('a record opens by keyboard and says what was before and after', async ({ page }) => {
  await signIn(page, ADMINISTRATOR);
  const now = `user-${Date.now()}@example.org`;
  await change(page, 'PATCH', `/users/${USER.name}`, { email: now });
  await page.goto(`/activity?object=user%3A${USER.name}&action=user.update`);
  await page
    .getByRole('button', { name: /^Details of record/ })
    .first()
    .focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /^e-mail/ }).first()).toContainText(`→ ${now}`);
  await page.getByRole('link', { name: `Everything by ${ADMINISTRATOR.name}` }).click();
  await expect(page).toHaveURL(new RegExp(`actor=${ADMINISTRATOR.name}$`));
});

test('the chain is verified on demand', async ({ page }) => {
  await signIn(page, ADMINISTRATOR);
  await page.goto('/activity');
  await page.getByRole('button', { name: 'Verify now' }).click();
  await expect(page.getByText(/Verified up to record \d+/)).toBeVisible();
});

test('a user reads what concerns the own account, and not the log', async ({ page }) => {
  await signIn(page, USER);
  await page.goto('/account/activity');
  await expect(log(page).getByText('session.sign_in').first()).toBeVisible();
  await page.goto('/activity');
  await expect(page.getByText('This page is not for you')).toBeVisible();
});
