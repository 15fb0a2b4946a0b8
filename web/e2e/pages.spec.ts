// Every page in both themes: accessible by axe's rules, within its content policy, nothing cut off.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import { type Account, ADMINISTRATOR, change, expect, signIn, test, USER } from './site';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** Evaluated rather than injected: the content policy rightly refuses a foreign script element. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<Violation[]>(
    'axe.run(document, { resultTypes: ["violations"] }).then((result) => result.violations)',
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`),
  );
}

/** The text that shows that the page has its data. */
interface Case {
  path: string;
  ready: string;
}

const NOBODY = '00000000-0000-4000-8000-000000000000';

/** For one page, on a machine that is busy with other things. */
const PATIENCE_MS = 20_000;

const EVERYBODY: Case[] = [
  { path: '/overview', ready: 'Needs attention' },
  { path: '/instances', ready: ' in all' },
  { path: '/instances?view=wall', ready: ' in all' },
  { path: '/instances?q=no-such-machine', ready: 'Nothing matches' },
  { path: '/instances/new', ready: 'What will happen' },
  { path: '/templates', ready: 'Use this template' },
  { path: '/names', ready: ' free' },
  { path: '/jobs', ready: 'Long work goes on' },
  { path: '/requests', ready: ' open request' },
  { path: '/account', ready: 'Ask for more quota' },
  { path: '/account/password', ready: 'Change the password' },
  { path: '/account/tokens', ready: 'Make a token' },
  { path: '/account/keys', ready: 'Add a key' },
  { path: '/account/sessions', ready: 'this one' },
  { path: '/account/activity', ready: 'session.sign_in' },
  { path: '/no-such-page', ready: 'There is nothing at this address' },
  { path: `/instances/${NOBODY}`, ready: 'This machine does not exist' },
  { path: '/groups/no-such-group', ready: 'There is no group no-such-group' },
];

const USERS: Case[] = [
  ...EVERYBODY,
  { path: '/users', ready: 'This page is not for you' },
  { path: '/hosts', ready: 'This page is not for you' },
];

const ADMINISTRATORS: Case[] = [
  ...EVERYBODY,
  { path: '/users', ready: ' account' },
  { path: '/users/user', ready: 'Change the quota' },
  { path: '/users/user/access', ready: 'Give access to machines' },
  { path: '/users/user/groups', ready: 'Groups' },
  { path: '/users/user/sign-in', ready: 'Tokens' },
  { path: '/users/user/activity', ready: 'Activity' },
  { path: '/users/no-such-user', ready: 'There is no account no-such-user' },
  { path: '/groups', ready: ' group' },
  { path: '/groups/pages', ready: 'Add a member' },
  { path: '/groups/pages/access', ready: 'Give access to machines' },
  { path: '/groups/pages/machines', ready: 'The group owns no machines' },
  { path: '/groups/pages/activity', ready: 'group.create' },
  { path: '/settings', ready: 'New accounts' },
  { path: '/hosts', ready: ' online' },
  { path: '/hosts/no-such-host', ready: 'There is no host no-such-host' },
  { path: '/activity', ready: 'session.sign_in' },
  { path: '/activity?actor=nobody-of-that-name', ready: 'No record matches' },
];

const TABS: Case[] = [
  { path: '', ready: 'Facts' },
  { path: '/console', ready: 'Send keys' },
  { path: '/access', ready: 'Give access' },
  { path: '/activity', ready: 'Activity' },
];

async function check(page: Page, { path, ready }: Case) {
  await page.goto(path);
  await expect(page.getByText(ready).first()).toBeVisible();
  await expect(page.locator('.pf-v6-c-skeleton')).toHaveCount(0);
  expect(await violations(page), path).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${path} is wider than the window`).toBeLessThanOrEqual(0);
}

/** The dialog of the instance whose page is open. */
async function checkMoving(page: Page) {
  await page.getByRole('button', { name: /^Actions on/ }).click();
  await page.getByRole('menuitem', { name: 'Move to another host…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(/^(Where to|There is no other host)$/)).toBeVisible();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
}

/** Made once for all themes and widths. */
async function groupForThePages(page: Page) {
  const known = await page.request.get('/api/v1/groups/pages');
  if (known.ok()) return;
  await change(page, 'POST', '/groups', { name: 'pages', description: 'To be looked at' });
}

async function firstPath(page: Page, list: string, key: 'id' | 'name'): Promise<string | null> {
  const answer = await page.request.get(`/api/v1/${list}`);
  const { items } = await answer.json();
  return items.length > 0 ? `/${list}/${encodeURIComponent(items[0][key])}` : null;
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1400, 390]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 860 } });

      test('signing in', async ({ page }) => {
        await check(page, { path: '/sign-in', ready: 'Password' });
      });

      const everyPage =
        (account: Account, cases: Case[]) =>
        async ({ page }: { page: Page }) => {
          test.setTimeout(cases.length * PATIENCE_MS);
          await signIn(page, account);
          if (account === ADMINISTRATOR) await groupForThePages(page);
          for (const entry of cases) await test.step(entry.path, () => check(page, entry));
        };

      test('the pages of a user', everyPage(USER, USERS));
      test('the pages of an administrator', everyPage(ADMINISTRATOR, ADMINISTRATORS));

      test('an instance and a host', async ({ page }) => {
        await signIn(page, ADMINISTRATOR);
        const instance = await firstPath(page, 'instances', 'id');
        test.skip(instance === null, 'there is no instance');
        for (const tab of TABS) await check(page, { ...tab, path: `${instance}${tab.path}` });
        await check(page, { path: `${instance}/screen`, ready: 'Send keys' });
        await page.goto(`${instance}`);
        await checkMoving(page);
        const host = await firstPath(page, 'hosts', 'name');
        if (host) await check(page, { path: host, ready: 'Storage pools' });
      });
    });
  }
}

test('the theme is kept', async ({ page }) => {
  await signIn(page, USER);
  await page.getByRole('button', { name: 'Theme' }).click();
  await page.getByRole('menuitem', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveClass(/pf-v6-theme-dark/);
  await page.reload();
  await expect(page.locator('html')).toHaveClass(/pf-v6-theme-dark/);
});

test('the page for signing in follows the system as it turns dark and light', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/sign-in');
  await expect(page.getByLabel('Password')).toBeVisible();
  await expect(page.locator('html')).not.toHaveClass(/pf-v6-theme-dark/);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(page.locator('html')).toHaveClass(/pf-v6-theme-dark/);
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(page.locator('html')).not.toHaveClass(/pf-v6-theme-dark/);
});

test('the palette opens, finds and goes by keyboard alone', async ({ page }) => {
  await signIn(page, USER);
  const box = page.getByRole('dialog').getByRole('combobox');
  await page.keyboard.press('Control+k');
  await expect(box).toBeFocused();
  await page.keyboard.type('templ');
  await expect(page.getByRole('option', { selected: true })).toContainText('Templates');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/templates$/);
  await expect(page.getByRole('dialog')).toBeHidden();
  await page.keyboard.press('/');
  await expect(box).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});

test('filters and order stand in the URL and survive going back', async ({ page }) => {
  await signIn(page, ADMINISTRATOR);
  await page.goto('/instances?kind=template&sort=-name');
  await expect(page.getByRole('button', { name: /Kind/ })).toContainText('1');
  await page.getByRole('link', { name: 'Templates' }).click();
  await expect(page).toHaveURL(/\/templates$/);
  await page.goBack();
  await expect(page).toHaveURL(/kind=template&sort=-name/);
});

test('the first load is small', async ({ page }) => {
  const sizes: Promise<number>[] = [];
  page.on('response', (response) => {
    if (!/\/assets\/.*\.(js|css)$/.test(new URL(response.url()).pathname)) return;
    const size = async () => (await response.request().sizes()).responseBodySize;
    sizes.push(size());
  });
  await page.goto('/sign-in');
  await page.waitForLoadState('networkidle');
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(350 * 1024);
});
