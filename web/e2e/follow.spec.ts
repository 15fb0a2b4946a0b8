// A machine moves to another host and back while its console is open: the console follows without a click.
import type { Page } from '@playwright/test';
import { ADMINISTRATOR, expect, lit, signIn, test } from './site';
import { FLEET_PORT } from './site-port';
import { startSite } from './start-site';

const NAME = 'wanderer';

test.describe.configure({ mode: 'serial' });
test.skip(Boolean(process.env.OUREA_URL), 'needs two hosts of its own');
test.use({ baseURL: `http://127.0.0.1:${FLEET_PORT}` });

let end = async () => {};

test.beforeAll(async () => {
  test.setTimeout(300_000);
  end = await startSite(FLEET_PORT, '--fleet');
});

test.afterAll(() => end());

/** Resolves once the words were on the page, be it for a moment. */
const told = (page: Page, words: string) =>
  page.waitForFunction((text) => document.body.innerText.includes(text), words, {
    timeout: 90_000,
  });

/** The pixels of the console, as one text. */
const picture = (page: Page) =>
  page
    .locator('.ou-console__screen canvas')
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());

async function host(page: Page): Promise<string> {
  const { items } = await (await page.request.get('/api/v1/instances')).json();
  return items.find((row: { name: string }) => row.name === NAME).host;
}

async function move(page: Page, to: string) {
  await page.getByRole('button', { name: `Actions on ${NAME}` }).click();
  await page.getByRole('menuitem', { name: 'Move to another host…' }).click();
  // The hosts come after their dialog.
  await expect(page.getByRole('dialog').getByRole('radio', { name: to })).toBeFocused();
  await page.getByRole('button', { name: `Move it to ${to}` }).click();
}

test('the console of a machine follows it from host to host', async ({ page }) => {
  test.setTimeout(300_000);
  let streams = 0;
  page.on('websocket', () => {
    streams += 1;
  });
  await signIn(page, ADMINISTRATOR);
  await page.goto('/instances');
  await page.getByRole('link', { name: NAME, exact: true }).click();
  await page.getByRole('link', { name: 'Console', exact: true }).click();
  await expect(page.getByText('Connected', { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => lit(page), { timeout: 60_000 }).toBeGreaterThan(50);
  for (const to of ['hv2', 'hv1']) {
    const before = streams;
    const follows = told(page, `The machine moved to ${to}.`);
    await move(page, to);
    await follows;
    await expect(page.getByText('Connected', { exact: true })).toBeVisible({ timeout: 60_000 });
    expect(streams).toBeGreaterThan(before);
    await expect.poll(() => host(page), { timeout: 60_000 }).toBe(to);
    await expect.poll(() => lit(page), { timeout: 60_000 }).toBeGreaterThan(50);
    const first = await picture(page);
    // The clock in its head goes on.
    await expect.poll(() => picture(page), { timeout: 60_000 }).not.toBe(first);
    await expect(page.getByText('Connected', { exact: true })).toBeVisible();
  }
});

test('a move that is too slow is let go faster while it runs', async ({ page }) => {
  test.setTimeout(300_000);
  await signIn(page, ADMINISTRATOR);
  await page.goto('/instances');
  await page.getByRole('link', { name: NAME, exact: true }).click();
  await page.getByRole('button', { name: `Actions on ${NAME}` }).click();
  await page.getByRole('menuitem', { name: 'Move to another host…' }).click();
  await page.getByText('Advanced').click();
  await page.getByLabel('At most (MiB/s)').fill('1');
  await page.getByRole('button', { name: 'Move it to hv2' }).click();
  // Its task is there before the machine is on its way.
  await expect(page.locator('.ou-task__percent')).toHaveText(/^[1-9]\d/, { timeout: 60_000 });
  await page.getByRole('button', { name: `Change the limits: Move ${NAME}` }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('At most (MiB/s)')).toBeFocused();
  await dialog.getByLabel('At most (MiB/s)').fill('1000');
  await dialog.getByRole('button', { name: 'Change the limits' }).click();
  await expect(page.getByText(`Move ${NAME}: its limits were changed`)).toBeVisible();
  await expect.poll(() => host(page), { timeout: 90_000 }).toBe('hv2');
});
