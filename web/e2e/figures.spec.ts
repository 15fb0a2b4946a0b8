// Figures over time as graphs, and the overview on paper.
import type { Page } from '@playwright/test';
import { ADMINISTRATOR, expect, signIn, test } from './site';

/** How many pixels of the graph are of a colour, and not of the grey of its axes. */
function drawn(page: Page, title: string): Promise<number> {
  const graph = page.getByRole('figure').filter({ hasText: title });
  return graph.locator('canvas').evaluate((element) => {
    const canvas = element as HTMLCanvasElement;
    const context = canvas.getContext('2d');
    if (!context) return 0;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(at, at + 4);
      if (alpha > 90 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) count += 1;
    }
    return count;
  });
}

async function openHost(page: Page) {
  await signIn(page, ADMINISTRATOR);
  const answer = await page.request.get('/api/v1/hosts');
  const [host] = (await answer.json()).items;
  const path = `/api/v1/hosts/${host.name}/metrics`;
  await expect(async () => {
    const { series } = await (await page.request.get(path)).json();
    expect(series.running.some((value: number | null) => value !== null)).toBe(true);
  }).toPass({ timeout: 90_000 });
  await page.goto(`/hosts/${host.name}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    test('a host shows its figures, also in words', async ({ page }) => {
      test.setTimeout(180_000);
      await openHost(page);
      const memory = page.getByRole('figure').filter({ hasText: 'Memory' });
      await expect(memory).toContainText(/used last [\d.]+\u00a0[KMGT]iB, lowest/);
      await expect(memory.locator('canvas')).toBeVisible();
      await expect.poll(() => drawn(page, 'Memory')).toBeGreaterThan(4);
      await memory.locator('.u-over').hover({ position: { x: 5, y: 40 } });
      await expect(memory.locator('.ou-plot__tip')).toContainText('used:');
      await page.getByRole('button', { name: 'Year' }).click();
      await expect(page).toHaveURL(/span=year/);
      await expect(page.getByRole('button', { name: 'Year' })).toHaveAttribute(
        'aria-pressed',
        'true',
      );
      await page.reload();
      await expect(memory).toContainText(/used last/);
    });
  });
}

test('a machine that is off has no data, and no zero', async ({ page }) => {
  await signIn(page, ADMINISTRATOR);
  const { items } = await (await page.request.get('/api/v1/instances')).json();
  const off = items.find((row: { state: string }) => row.state === 'shutoff');
  expect(off).toBeDefined();
  await page.goto(`/instances/${off.id}`);
  const network = page.getByRole('figure').filter({ hasText: 'Network' });
  await expect(network).toContainText('No data in this time');
  await expect(network.locator('canvas')).toHaveCount(0);
});

test.describe('on paper', () => {
  test.use({ colorScheme: 'dark' });

  test('the overview is one page without what is around it', async ({ page }) => {
    await signIn(page, ADMINISTRATOR);
    await page.goto('/overview');
    await expect(page.getByRole('button', { name: 'Print' })).toBeVisible();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();
    await expect(page.getByText(new URL(page.url()).host)).toBeVisible();
    await expect(page.getByText('Needs attention')).toBeVisible();
    for (const hidden of ['Print', 'user menu'])
      await expect(page.getByRole('button', { name: hidden })).toBeHidden();
    await expect(page.getByRole('navigation')).toBeHidden();
    await expect(page.locator('html')).not.toHaveClass(/pf-v6-theme-dark/);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b(?!s)/g)).toHaveLength(1);
  });
});
