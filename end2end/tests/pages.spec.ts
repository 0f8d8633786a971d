import { crawl, inspect } from '../support/crawl';
import { expect, test } from '../support/test';

/** Where each crawl begins: the first page, and pages that no link leads to. */
const PUBLIC = ['/'];

test.setTimeout(300_000);

test('a visitor’s pages', async ({ page }) => {
  const { kinds, problems } = await crawl(page, PUBLIC);
  console.log(kinds.join(' '));
  expect(problems).toEqual([]);
});

test('the page for a wrong address', async ({ page }) => {
  const response = await page.goto('/no-such-page');
  expect(response?.status()).toBe(404);
  expect(await inspect(page)).toEqual([]);
});
