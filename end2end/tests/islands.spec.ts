import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';

/** Waits until the islands are alive. */
async function ready(page: Page): Promise<void> {
  await expect(page.locator('html[data-ready]')).toBeAttached();
}

test('the theme changes in place, and the next page comes with it at once', async ({ page }) => {
  await page.goto('/');
  await ready(page);
  await page.evaluate(() => Object.assign(window, { mark: true }));
  await page.getByRole('button', { name: 'Lamp' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await page.evaluate(() => 'mark' in window), 'the page was not loaded anew').toBe(true);
  const html = await (await page.request.get('/')).text();
  expect(html, 'the theme is in the first bytes').toMatch(/^<!doctype html><html[^>]* data-theme="dark"/i);
});
