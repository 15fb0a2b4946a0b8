// The whole story of a machine, as its user lives it in the browser.
import { ADMINISTRATOR, change, expect, lit, signIn, test, USER } from './site';

test.describe.configure({ mode: 'serial' });

/** The name that the machine got; each test of the story goes on with it. */
let name = '';

test('a wrong password is refused with words', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByLabel('User name').fill(USER.name);
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert').or(page.locator('.pf-v6-c-alert'))).toBeVisible();
  await expect(page).toHaveURL(/sign-in/);
});

test('a user sees the granted template', async ({ page }) => {
  await signIn(page, USER);
  await page.getByRole('link', { name: 'Templates' }).click();
  await expect(page.getByRole('article').first()).toBeVisible();
  await expect(page.getByRole('link', { name: 'Use this template' }).first()).toBeVisible();
});

test('makes a machine under the next free name, within the quota', async ({ page }) => {
  await signIn(page, USER);
  await page.goto('/templates');
  await page.getByRole('link', { name: 'Use this template' }).last().click();

  const field = page.getByRole('combobox', { name: 'Name' });
  await expect(field).toHaveValue(/ – next free$/);
  name = (await field.inputValue()).replace(/ – next free$/, '');
  await expect(page.getByText('· registered')).toBeVisible();

  const plan = page.getByRole('complementary', { name: 'What creating it means' });
  await expect(plan.getByRole('listitem').first()).toBeVisible();
  await expect(plan.getByRole('meter', { name: 'Machines' })).toHaveAttribute(
    'aria-valuetext',
    /→/,
  );

  await page.getByRole('button', { name: 'Create' }).click();
  await expect(page).toHaveURL(/\/instances$/);
});

test('it runs when it is ready, without a reload', async ({ page }) => {
  await signIn(page, USER);
  await page.goto('/instances');
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  await expect(row).toBeVisible();
  await expect(row.getByText('Running', { exact: true })).toBeVisible({ timeout: 90_000 });
});

test('its console shows the screen', async ({ page }) => {
  await signIn(page, USER);
  await page.goto('/instances');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('link', { name: 'Console', exact: true }).click();
  await expect(page.getByText('Connected', { exact: true })).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => lit(page), { timeout: 60_000 }).toBeGreaterThan(50);
});

test('a greyed action in the menu of its row says why', async ({ page }) => {
  await signIn(page, USER);
  await page.goto('/instances');
  await page.getByRole('button', { name: `Actions on ${name}` }).click();
  const mark = page.getByRole('menuitem', { name: 'Mark as template…' });
  await expect(mark).toHaveAttribute('aria-disabled', 'true');
  await mark.hover();
  await expect(page.getByRole('tooltip')).not.toBeEmpty();
});

test('it is powered off', async ({ page }) => {
  await signIn(page, USER);
  await page.goto('/instances');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('button', { name: 'Power actions' }).first().click();
  await page.getByRole('menuitem', { name: 'Power off' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Power off' }).click();
  await expect(page.getByText('Shut off', { exact: true })).toBeVisible();
});

test('it gets another size and another disk, and the quota shows what that takes', async ({
  page,
}) => {
  await signIn(page, USER);
  await page.goto('/instances');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('button', { name: `Actions on ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Resize…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Processors: more' }).click();
  await expect(dialog.getByRole('meter', { name: 'vCPU' })).toHaveAttribute('aria-valuetext', /→/);
  await dialog.getByRole('button', { name: 'Change the size' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('2 vCPU', { exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Add disk…' }).click();
  await dialog.getByRole('spinbutton').fill('1');
  await dialog.getByRole('button', { name: 'Add the disk' }).click();
  await expect(dialog).toBeHidden();
  const disk = page.getByRole('row').filter({ has: page.getByText('vdb', { exact: true }) });
  await disk.getByRole('button', { name: 'Grow vdb' }).click();
  await dialog.getByRole('button', { name: 'Let it grow' }).click();
  await expect(dialog).toBeHidden();
  await expect(disk.getByText(/^2\sGiB/)).toBeVisible();
});

test('the administrator sees it, with its owner and host', async ({ page }) => {
  await signIn(page, ADMINISTRATOR);
  await page.goto(`/instances?q=${name}`);
  const row = page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  await expect(row.getByRole('cell', { name: USER.name })).toBeVisible();
});

test('it is deleted after its name was typed, and its name is free again', async ({ page }) => {
  await signIn(page, USER);
  await page.goto('/instances');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('button', { name: `Actions on ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText('This cannot be undone')).toBeVisible();
  const confirm = dialog.getByRole('button', { name: 'Delete for good' });
  await expect(confirm).toBeDisabled();
  await dialog.getByLabel(`Type ${name} to confirm`).fill(name);
  await confirm.click();
  await expect(page).toHaveURL(/\/instances$/);
  await expect(page.getByRole('link', { name, exact: true })).toBeHidden({ timeout: 60_000 });
  await page.goto(`/names?q=${name}`);
  const row = page.getByRole('row').filter({ has: page.getByText(name, { exact: true }) });
  await expect(row.getByText('Free', { exact: true })).toBeVisible();
});

test('several are chosen on a phone and deleted at once', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, USER);
  const { items } = await (await page.request.get('/api/v1/templates')).json();
  const made = { from: items[0].id, pool: 'ourea', linked: true, start: false, tags: ['pocket'] };
  await change(page, 'POST', '/instances', made);
  await change(page, 'POST', '/instances', made);
  await page.goto('/instances?tag=pocket');
  const boxes = page.getByRole('checkbox', { name: /^Select (?!all)/ });
  const bar = page.getByRole('toolbar', { name: 'Actions on the selected machines' });
  await expect(boxes).toHaveCount(2);
  await expect(page.getByRole('progressbar')).toHaveCount(0, { timeout: 60_000 });
  await boxes.first().check();
  await expect(bar.getByText('1 selected')).toBeInViewport({ ratio: 1 });
  await page.getByRole('checkbox', { name: 'Select all' }).check();
  await expect(bar.getByText('2 selected')).toBeVisible();

  await bar.getByRole('button', { name: 'Actions on the selected machines' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Type 2 to confirm').fill('2');
  await dialog.getByRole('button', { name: 'Delete 2 machines' }).click();
  await expect(dialog.getByText('Done', { exact: true })).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(bar).toBeHidden();
  await expect(boxes).toHaveCount(0, { timeout: 60_000 });
});

test('signing out ends the session', async ({ page }) => {
  await signIn(page, USER);
  // A browser whose machine lost some network believes itself offline; the portal may be near all the same.
  await page.evaluate(() => window.dispatchEvent(new Event('offline')));
  await page.getByRole('button', { name: 'user menu' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/sign-in/);
  await page.goto('/names');
  await expect(page).toHaveURL(/sign-in\?next=%2Fnames/);
});
