import { day, host } from '../support/host';
import { control, fill, press, unique } from '../support/page';
import { expect, test } from '../support/test';

test('an event is found while typing, and in its month', async ({ reader, javaScriptEnabled }) => {
  const wren = await reader('Wren');
  const { page } = wren;
  const word = unique('Candle');
  await host(page, `${word} and quires`, '4');

  if (javaScriptEnabled !== false) {
    await page.goto('/');
    // What is typed before is no reason to suggest anything.
    await expect(page.locator('html[data-ready]')).toBeAttached();
    const box = page.getByRole('combobox', { name: 'Search books' }).first();
    await box.pressSequentially(word.slice(0, -1));
    const list = page.getByRole('listbox', { name: 'Suggestions' });
    const found = list.getByRole('option', { name: `${word} and quires` });
    await expect(found).toContainText('Leith. 4 of 4 seats free');
    await expect(list.getByRole('option', { name: /^All events for / })).toBeVisible();
    await found.click();
    await expect(page.getByRole('heading', { level: 1, name: `${word} and quires` })).toBeVisible();
  }

  await page.goto('/events');
  await fill(page, { q: word });
  await press(page, 'Show');
  await page.getByRole('navigation', { name: 'How to look at events' }).getByRole('link', { name: 'Month' }).click();
  const then = day(21).slice(0, 7);
  const title = page.getByRole('main').getByRole('table').getByRole('link', { name: `${word} and quires` });
  if (!(await title.isVisible())) await page.locator('a[rel=next]').click();
  await expect(page.locator(`td time[datetime^="${then}"]`).first()).toBeAttached();
  await expect(title).toBeVisible();
});

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('events are narrowed by words, days and distance, and widened again', async ({ page }) => {
    await page.goto('/browse?q=lamplight');
    await expect(page.getByRole('region', { name: 'Next events for “lamplight”' }).getByRole('link', { name: 'Winter swap by lamplight' })).toBeVisible();
    await page.getByRole('link', { name: 'All events for “lamplight”' }).click();
    await expect(page).toHaveURL('/events?q=lamplight');
    await page.getByText('Kind, town and days').click();
    await fill(page, { town: 'Glasgow' });
    await control(page, 'within').selectOption('10');
    await press(page, 'Show');
    await expect(page.getByText('Within 10 km of Glasgow, as the crow flies from town to town.')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'No such event' })).toBeVisible();
    await page.getByRole('link', { name: 'Without the words' }).click();
    await expect(page.getByRole('main').getByRole('link', { name: 'Dennistoun winter book fair' })).toBeVisible();
    await page.getByRole('link', { name: 'This weekend' }).click();
    await expect(page).toHaveURL(/from=\d{4}-\d\d-\d\d&until=/);
    await page.goto('/events/month');
    await expect(page.getByRole('table')).toBeAttached();
    // What narrows the month stays in it.
    await page.locator('a[rel=next]').click();
    await expect(page).toHaveURL(/month=\d{4}-\d\d/);
    const month = new URL(page.url()).searchParams.get('month');
    await press(page, 'Show');
    await expect(page).toHaveURL(new RegExp(`month=${month}&q=`));
  });
});
