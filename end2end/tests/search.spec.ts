import { press, unique } from '../support/page';
import { expect, test } from '../support/test';

test('a search is kept, tells of itself, and can be removed and taken back', async ({ reader }) => {
  const ana = await reader('Ana');
  const { page } = ana;
  const words = unique('harbour ');
  await page.goto(`/browse?q=${encodeURIComponent(words)}&genre=poetry&page=4`);
  await press(page, 'Save this search and get mail');
  await expect(page).toHaveURL('/searches');
  await expect(page.getByRole('status').filter({ hasText: 'The search is kept.' })).toBeVisible();
  const kept = page.getByRole('main').getByRole('listitem').filter({ hasText: words });
  await expect(kept).toContainText('You are told of new books.');
  await kept.getByRole('button', { name: /^Do not tell me/ }).click();
  await expect(kept).toContainText('You are not told of new books.');
  await kept.getByRole('link').click();
  await expect(page).toHaveURL(/\/browse\?q=harbour/);
  await page.goto('/searches');
  await kept.getByRole('button', { name: /^Remove/ }).click();
  await expect(kept).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(kept).toHaveCount(1);
});

test('distance and years narrow the list, and each is taken off again', async ({ page }) => {
  await page.goto('/browse?near=Edinburgh#filters');
  await page.getByLabel('How far from there').selectOption('100');
  await page.locator('summary', { hasText: 'Year' }).click();
  await page.getByRole('textbox', { name: 'From' }).fill('1800');
  await page.getByRole('textbox', { name: 'to', exact: true }).fill('1899');
  await page.locator('#filters').getByRole('button', { name: /^Show / }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Books to trade within 100 km of Edinburgh' })).toBeVisible();
  await expect(page).toHaveURL(/within=100/);
  const applied = page.getByRole('list', { name: 'Filters in use' });
  await expect(applied.getByRole('link')).toHaveCount(2);
  await applied.getByRole('link', { name: '1800 to 1899' }).click();
  await expect(applied.getByRole('link')).toHaveCount(1);
  await page.getByLabel('Sorted by').selectOption('nearest');
  await press(page, 'Sort');
  await expect(page).toHaveURL(/sort=nearest/);
  await expect(page.getByRole('main').locator('.book').first()).toBeVisible();
});
