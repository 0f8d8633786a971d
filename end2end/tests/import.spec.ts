import type { Page } from '@playwright/test';
import { choose, control, isbn, press, unique } from '../support/page';
import { expect, test } from '../support/test';

/** An export of Goodreads with these books: title, author, ISBN, shelf, owned copies. */
function goodreads(...books: [string, string, string, string, number][]): string {
  const rows = books.map(([title, author, number, shelf, owned], n) => `${n + 1},"${title}",${author},="${number}",${shelf},${owned}`);
  return ['Book Id,Title,Author,ISBN13,Exclusive Shelf,Owned Copies', ...rows].join('\n');
}

/** Chooses a file and sends it. */
async function send(page: Page, content: string, name = 'books.csv'): Promise<void> {
  await page.goto('/shelf/import');
  await control(page, 'file').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });
  await press(page, 'Look at the file');
}

/** Shows the page again until the heading is there, as somebody without scripts does. */
async function refresh(page: Page, heading: string): Promise<void> {
  await expect(async () => {
    const link = page.getByRole('main').getByRole('link', { name: 'Refresh' });
    if (await link.isVisible()) await link.click();
    await expect(page.getByRole('heading', { name: heading })).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 30_000 });
}

/** Waits until the books are looked up; without scripts the link shows how far that is. */
async function looked(page: Page, sentence: string): Promise<void> {
  await expect(async () => {
    const link = page.getByRole('main').getByRole('link', { name: 'Refresh' });
    if (await link.isVisible()) await link.click();
    await expect(page.getByText(sentence)).toBeVisible({ timeout: 2000 });
  }).toPass({ timeout: 60_000 });
}

const onShelf = (page: Page, title: string) => page.getByRole('main').getByRole('link', { name: title, exact: true });

test('a file is looked at, chosen from, added with live numbers, and taken back', async ({ reader, javaScriptEnabled }) => {
  test.skip(javaScriptEnabled === false, 'numbers move by themselves only with scripts');
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const { page } = ana;
  const [known, fresh, wished, alike] = [unique('Harbours '), unique('Kettles '), unique('Wishes '), unique('Margins ')];
  // Authors of their own, or the books of another run are suggested.
  const [number, ann] = [isbn(), unique('Ann ')];
  await wren.addBook(known, number);
  await wren.addBook(alike);

  await page.goto('/shelf');
  await page.getByRole('link', { name: 'Or bring them from another program' }).click();
  await press(page, 'Look at the file');
  await expect(page.getByRole('alert')).toContainText('Choose the file');
  await send(page, 'PK\u0003\u0004 no table');
  await expect(page.getByRole('alert')).toContainText('save it as CSV');

  const books = Array.from({ length: 200 }, (_, n): [string, string, string, string, number] => [`${fresh} ${n}`, ann, '', 'read', 1]);
  await send(page, goodreads([known, 'Wren Example', number, 'read', 1], [alike, 'Somebody Else', '', 'read', 1], [wished, ann, '', 'to-read', 0], ...books));
  await looked(page, 'This looks like a Goodreads export: 203 books. Nothing is added yet.');
  await expect(page.getByRole('checkbox', { name: 'Owned', exact: true })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'To read' })).not.toBeChecked();

  await page.getByRole('link', { name: 'For you to choose: 1' }).click();
  await expect(page.getByText('Row 2')).toBeVisible();
  await page.getByRole('radio', { name: 'None of these: enter it as a new book' }).check();
  await press(page, 'Keep my choices');
  await expect(page.getByRole('status').filter({ hasText: 'Your choices are kept.' })).toBeVisible();
  await page.getByRole('link', { name: 'The import', exact: true }).click();

  await choose(page, 'offer', 'trade');
  await press(page, 'Add these books');
  // Nobody presses anything: the page says by itself when it is done.
  await expect(page.getByRole('heading', { name: 'The import is finished' })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('202 books are on your shelf now.')).toBeVisible();
  await page.goto(`/shelf?q=${encodeURIComponent(known)}`);
  await expect(onShelf(page, known)).toHaveCount(1);
  await page.goto(`/shelf?q=${encodeURIComponent(wished)}`);
  await expect(onShelf(page, wished)).toHaveCount(0);
  await page.goto('/inbox');
  await expect(page.getByText('Your import is finished: 202 books added, 203 kept in your library.')).toBeVisible();

  await page.goto('/shelf/import');
  await page.getByRole('link', { name: 'books.csv' }).first().click();
  await press(page, 'Undo the import');
  await expect(page.getByRole('heading', { name: 'The import is undone' })).toBeVisible({ timeout: 30_000 });
  await page.goto(`/shelf?q=${encodeURIComponent(known)}`);
  await expect(onShelf(page, known)).toHaveCount(0);
});

test('without scripts the same is done with a link that shows the page again', async ({ browser, reader, baseURL }) => {
  const ana = await reader('Ana');
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false, storageState: await ana.page.context().storageState() });
  const page = await context.newPage();
  const [one, two, ann, ben] = [unique('Lanterns '), unique('Ferries '), unique('Ann '), unique('Ben ')];
  await send(page, `Werk;Wer\n${one};${ann}\n${two};${ben}\n`, 'tabelle.csv');
  await expect(page.getByText('This looks like a table: 2 books.')).toBeVisible();
  await control(page, 'column-title').selectOption({ label: `Werk (${one})` });
  await control(page, 'column-author').selectOption({ label: `Wer (${ann})` });
  await press(page, 'Read the table this way');
  await expect(page.getByRole('link', { name: 'New to Dogear: 2' })).toBeVisible();
  await press(page, 'Add these books');
  await refresh(page, 'The import is finished');
  await page.getByRole('link', { name: 'To your shelf' }).click();
  for (const title of [one, two]) await expect(onShelf(page, title)).toHaveCount(1);
  await page.goBack();
  await press(page, 'Undo the import');
  await refresh(page, 'The import is undone');
  await context.close();
});

test('sixty ratings and days of Goodreads come into the library, and leave it again', async ({ reader }) => {
  const ana = await reader('Ana');
  const { page } = ana;
  const [title, author] = [unique('Tides '), unique('Ann ')];
  const read = Array.from({ length: 60 }, (_, n) => {
    const day = `${2019 + (n % 5)}-${String(1 + (n % 12)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}`;
    return { title: `${title} ${n}`, stars: 1 + (n % 5), day };
  });
  const rows = read.map(({ title, stars, day }, n) => `${n + 1},"${title}",${author},,${stars},${day.replaceAll('-', '/')},read,0`);
  await send(page, ['Book Id,Title,Author,ISBN13,My Rating,Date Read,Exclusive Shelf,Owned Copies', ...rows].join('\n'));
  await looked(page, 'This looks like a Goodreads export: 60 books. Nothing is added yet.');
  await press(page, 'Add these books');
  await refresh(page, 'The import is finished');

  await page.goto(`/reading?q=${encodeURIComponent(read[59]?.title ?? '')}`);
  await expect(page.getByRole('link', { name: read[59]?.title ?? '', exact: true })).toBeVisible();
  await page.goto('/reading/2020');
  await expect(page.getByRole('main')).toContainText(/Books\s*12/);

  const table = await (await page.request.get('/reading/export.csv')).text();
  const [head = '', ...lines] = table.replace('\uFEFF', '').trim().split(/\r?\n/);
  const columns = head.split(',');
  const kept = lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string) => cells[columns.indexOf(name)];
    return { title: cell('title') ?? '', stars: Number(cell('rating')), day: cell('ended_on') ?? '' };
  });
  const byTitle = (one: { title: string }, other: { title: string }) => one.title.localeCompare(other.title);
  expect(kept.sort(byTitle)).toEqual(read.sort(byTitle));

  // Somebody else's library from the same file is the same.
  const ben = await reader('Ben');
  await send(ben.page, table);
  await looked(ben.page, '60 books. Nothing is added yet.');
  await press(ben.page, 'Add these books');
  await refresh(ben.page, 'The import is finished');
  const again = await (await ben.page.request.get('/reading/export.csv')).text();
  const without = (text: string) => text.trim().split(/\r?\n/).map((line) => line.split(',').filter((_, n) => columns[n] !== 'rated_at').join(',')).sort();
  expect(without(again)).toEqual(without(table));
});
