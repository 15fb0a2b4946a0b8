// What the tests know of the site that they run against, and how they sign in.
import { test as base, expect, type Page } from '@playwright/test';

const setting = (name: string, fallback: string) => process.env[name] ?? fallback;

// The accounts of the site in tests/support, unless others are named.
export const USER = {
  name: setting('OUREA_USER', 'user'),
  password: setting('OUREA_PASSWORD', 'staple and paperclip'),
};

export const ADMINISTRATOR = {
  name: setting('OUREA_ADMIN', 'admin'),
  password: setting('OUREA_ADMIN_PASSWORD', 'correct horse battery'),
};

export type Account = typeof USER;

export async function signIn(page: Page, account: Account) {
  await page.goto('/sign-in');
  await page.getByLabel('User name').fill(account.name);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('button', { name: 'user menu' })).toBeVisible();
}

/** How many pixels of the console are not dark. */
export function lit(page: Page): Promise<number> {
  return page.locator('.ou-console__screen canvas').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const context = canvas.getContext('2d');
    if (!context || canvas.width === 0) return 0;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if ((data[at] ?? 0) + (data[at + 1] ?? 0) + (data[at + 2] ?? 0) > 90) count += 1;
    }
    return count;
  });
}

/** Changes something over the API as the one who is signed in, without a click. */
export async function change(
  page: Page,
  method: 'POST' | 'PATCH' | 'PUT',
  path: string,
  data: object,
) {
  const session = await (await page.request.get('/api/v1/session')).json();
  const answer = await page.request.fetch(`/api/v1${path}`, {
    method,
    data,
    headers: { 'X-CSRF-Token': session.csrf_token, Origin: new URL(page.url()).origin },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
}

interface Fixtures {
  /** What the browser complained about: breaches of the content policy, errors of scripts. */
  complaints: string[];
}

/** Fails a test when the page breaks its content security policy or a script throws. */
export const test = base.extend<Fixtures>({
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
      page.on('console', (message) => {
        if (/content security policy/i.test(message.text())) complaints.push(message.text());
      });
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`);
        });
      });
      await use(complaints);
      expect(complaints).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
