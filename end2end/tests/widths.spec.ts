import type { Page } from '@playwright/test';
import { choose, control, fill, isbn, press, unique } from '../support/page';
import { expect, test } from '../support/test';
import { overflow } from '../support/watch';

/** As many letters as every field of a line takes, without a place to break. */
const LONG = 'Rindfleischetikettierungsüberwachungsaufgaben'.repeat(2).slice(0, 60);
/** Four marks on each letter, and one picture of many characters after the other. */
const STACKED = 'e\u0301\u0302\u0303\u0304'.repeat(12);
const EMOJI = '👩🏽‍👩🏽‍👧🏽‍👦🏽'.repeat(2);
const WIDTHS = [320, 375, 768, 1280];

/** What sticks out of this page at any width. */
async function widths(page: Page, path: string): Promise<string[]> {
  const found: string[] = [];
  await page.goto(path);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await overflow(page);
    if (wide !== undefined) found.push(wide);
  }
  return found;
}

test('a05 no words of readers make a page wider than its window', async ({ reader, moderator }) => {
  const wide: string[] = [];
  const look = async (page: Page, ...paths: string[]) => {
    for (const path of paths) wide.push(...(await widths(page, path)));
  };
  const owner = await reader('Olga');
  const other = await reader('Otto');
  for (const { page } of [owner, other]) {
    await page.goto('/settings/profile');
    await fill(page, { display_name: LONG, about: `${LONG.repeat(5)} ${STACKED} ${EMOJI.repeat(5)}`, city: LONG, region: LONG });
    await press(page, /^Save/);
    await expect(page.getByRole('status').first()).toBeVisible();
  }

  const books: string[] = [];
  for (const { page } of [owner, other]) {
    const title = unique(`${LONG}${LONG}${LONG}`);
    const number = isbn();
    await page.goto(`/shelf/add/new?isbn=${number}`);
    await page.locator('main details').evaluateAll((all) => all.forEach((part) => part.setAttribute('open', '')));
    await fill(page, {
      title,
      authors: `${LONG}${unique('x')}; ${STACKED}`,
      subtitle: `${LONG}${EMOJI}`,
      publisher: LONG,
      series: LONG,
      series_position: '9999',
      note: `${LONG.repeat(4)} ${STACKED} ${EMOJI.repeat(4)}`,
    });
    await choose(page, 'grade', 'good');
    await choose(page, 'offer', 'trade');
    await press(page, 'Add to my shelf');
    await expect(page.getByText('is on your shelf').first()).toBeVisible();
    await page.goto('/shelf');
    books.push((await page.getByRole('main').locator('a[href^="/copies/"]').first().getAttribute('href')) ?? '');
  }

  await other.page.goto(books[0] ?? '');
  await other.page.getByRole('main').getByRole('link', { name: /^Propose/ }).first().click();
  const builder = new URL(other.page.url());
  await look(other.page, builder.pathname + builder.search);
  await other.page.locator('main input[type=checkbox][name=give]').first().check();
  await fill(other.page, { message: `${LONG.repeat(8)} ${STACKED} ${EMOJI.repeat(8)}` });
  await press(other.page, /^Send to/);
  await expect(other.page).toHaveURL(/\/trades\/\d+/);
  const trade = new URL(other.page.url()).pathname;

  await other.page.goto(books[0] ?? '');
  await other.page.getByRole('main').getByRole('link', { name: /^Report/ }).first().click();
  const report = new URL(other.page.url());
  await choose(other.page, 'reason', 'misleading');
  await fill(other.page, { details: `${LONG.repeat(6)} ${EMOJI.repeat(6)}` });
  await press(other.page, /^Send the report/);
  await expect(other.page).toHaveURL(/\/reports\/\d+/);

  await other.page.goto(books[0] ?? '');
  const book = (await other.page.getByRole('main').locator('a[href^="/books/"]').first().getAttribute('href')) ?? '';
  await other.page.goto(book);
  const author = (await other.page.getByRole('main').locator('a[href^="/authors/"]').first().getAttribute('href')) ?? '';
  const series = (await other.page.getByRole('main').locator('a[href^="/series/"]').first().getAttribute('href')) ?? '';
  const everybodys = ['/', `/browse?q=${encodeURIComponent(LONG)}`, book, author, series, ...books, `/u/${owner.handle}`];
  await look(other.page, ...everybodys, trade, '/trades', '/inbox', '/shelf', '/settings/profile', '/searches', '/lists', '/lists/1', report.pathname + report.search);
  await look(owner.page, '/', trade, `${trade}/accept`, '/trades', '/inbox', '/shelf', '/shelf/add', `${books[0]}/edit`, '/settings/profile');
  const staff = moderator.page;
  await look(staff, '/admin', '/admin/queue', `/admin/members?q=${owner.handle}`, `/admin/members/${owner.handle}`, '/admin/trades', '/admin/listings', '/admin/books', '/admin/audit');
  await staff.goto('/admin/queue');
  const cases = await staff.getByRole('main').locator('a[href^="/admin/queue/"]').evaluateAll((all) => all.map((a) => new URL((a as HTMLAnchorElement).href).pathname));
  await look(staff, ...new Set(cases));
  await expect(control(owner.page, 'display_name')).toHaveValue(LONG);
  expect(wide).toEqual([]);
});
