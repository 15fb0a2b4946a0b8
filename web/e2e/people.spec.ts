// Rights, groups, requests and tokens, as the people concerned click them.
import type { Browser, Page } from '@playwright/test';
import { type Account, ADMINISTRATOR, change, expect, signIn, test, USER } from './site';

/** A second person at a machine of their own. */
async function another(browser: Browser, account: Account): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, account);
  return page;
}

/** The machine that is on the site from its start; others come and go with the tests. */
async function template(page: Page): Promise<{ id: string; name: string }> {
  const answer = await page.request.get('/api/v1/instances');
  const { items } = await answer.json();
  return items.find((row: { template: boolean }) => row.template) ?? items[0];
}

test('an administrator grants a machine on the page of its new user, and takes it back', async ({
  page,
}) => {
  await signIn(page, ADMINISTRATOR);
  const { id, name } = await template(page);
  await change(page, 'PUT', `/instances/${id}/grants/user:${USER.name}`, { clone: true });
  await page.goto(`/users/${USER.name}/access`);
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  const remove = row.getByRole('button', { name: /Remove the access/ });
  await remove.click();
  await expect(row).toBeHidden();

  await page.getByRole('button', { name: 'Give access to machines' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Find a machine').fill(name);
  await dialog.getByLabel(name, { exact: true }).check();
  await dialog.getByLabel('Console').uncheck();
  await dialog.getByLabel('Power').uncheck();
  await dialog.getByLabel('Clone').check();
  await dialog.getByRole('button', { name: 'Give access' }).click();
  await expect(dialog).toBeHidden();
  await expect(row.getByLabel(`${name}: View`)).toBeChecked();
  await expect(row.getByLabel(`${name}: Power`)).not.toBeChecked();

  await page.goto(`/instances/${id}/access`);
  await page.getByLabel('User name').fill(USER.name);
  await page.getByRole('button', { name: 'Show' }).click();
  const rights = page.getByRole('table', { name: `Rights of ${USER.name}` });
  await expect(rights.getByRole('row', { name: /^View/ })).toContainText('Yes');
  await expect(rights.getByRole('row', { name: /^Delete/ })).toContainText('No');
  // Left as the site had it: the right to clone, which also shows it.
  await page.getByLabel(`${USER.name}: View`).uncheck();
  await expect(page.getByLabel(`${USER.name}: View`)).not.toBeChecked();
  await expect(page.getByLabel(`${USER.name}: View`)).toBeEnabled();
});

test('a group is added, gets a member, and is deleted', async ({ page }) => {
  await signIn(page, ADMINISTRATOR);
  await page.goto('/groups');
  await page.getByRole('button', { name: 'Add a group' }).first().click();
  let dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('browser');
  await dialog.getByLabel('Description').fill('Made by clicks');
  await dialog.getByRole('button', { name: 'Add the group' }).click();
  await expect(page).toHaveURL(/\/groups\/browser$/);

  await page.getByRole('button', { name: 'Add a member' }).click();
  dialog = page.getByRole('dialog');
  await dialog.getByLabel('Member').fill(USER.name);
  await dialog.getByRole('button', { name: 'Add a member' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('link', { name: USER.name, exact: true })).toBeVisible();
  await expect(page.getByText('1 user in all')).toBeVisible();
  await page.goto(`/users/${USER.name}/groups`);
  await expect(page.getByRole('link', { name: 'browser' })).toBeVisible();

  await page.goto('/groups/browser');
  await page.getByRole('button', { name: 'Actions on browser' }).click();
  await page.getByRole('menuitem', { name: 'Delete group…' }).click();
  dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type browser to confirm').fill('browser');
  await dialog.getByRole('button', { name: 'Delete group' }).click();
  await expect(page).toHaveURL(/\/groups$/);
});

test('one asks, another approves, and both see it without a reload', async ({ page, browser }) => {
  const decider = await another(browser, ADMINISTRATOR);
  await decider.goto('/requests');
  await signIn(page, USER);
  await page.goto('/account');
  await page.getByRole('button', { name: 'Ask for more quota' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Disk (GiB)').fill('1');
  const reason = `Space for a log ${Date.now()}`;
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: 'Ask', exact: true }).click();
  await expect(page.getByText('Your request was sent')).toBeVisible();

  const row = decider.getByRole('row').filter({ hasText: reason });
  await expect(row).toContainText('Open');
  // A message goes by itself, perhaps before the other page was looked at: it is awaited beforehand.
  const told = expect(page.getByText('Your request for more quota was approved')).toBeVisible({
    timeout: 100_000,
  });
  await row.getByRole('button', { name: 'Approve' }).click();
  const answer = decider.getByRole('dialog');
  await answer.getByLabel('Until a day').check();
  await answer.getByLabel('Answer').fill('Until the end of the month');
  await answer.getByRole('button', { name: 'Approve' }).click();
  await told;
  await expect(row).toContainText('Approved');
  await expect(page.getByRole('table', { name: 'Lent quota' })).toContainText('Disk 1 GiB');
  await decider.context().close();
});

test('a token is shown once, works, and is revoked', async ({ page, playwright, baseURL }) => {
  await signIn(page, USER);
  await page.goto('/account/tokens');
  await page.getByRole('button', { name: 'Make a token' }).click();
  const name = `browser ${Date.now()}`;
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.getByRole('dialog').getByLabel('Read only').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Make the token' }).click();
  const token = await page.getByRole('textbox', { name: 'The token' }).inputValue();
  expect(token).toMatch(/^ourea_/);
  await page.getByRole('button', { name: 'I have kept it' }).click();
  await expect(page.getByRole('cell', { name }).first()).toBeVisible();
  await expect(page.getByText(token)).toHaveCount(0);

  const script = await playwright.request.newContext({
    extraHTTPHeaders: { Authorization: `Bearer ${token}` },
  });
  const me = () => script.get(`${baseURL}/api/v1/me`);
  expect((await (await me()).json()).name).toBe(USER.name);

  await page.getByRole('button', { name: `Revoke the token ${name}` }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByText(name)).toHaveCount(0);
  expect((await me()).status()).toBe(401);
  await script.dispose();
});
