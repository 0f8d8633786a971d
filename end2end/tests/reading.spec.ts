import { control, fill, press, unique } from '../support/page';
import { expect, test } from '../support/test';

test('a book is wanted, begun, read to the end and rated, and stands in its year', async ({ reader }) => {
  const ana = await reader('Ana');
  const title = unique('Lanterns ');
  await ana.addBook(title);
  const { page } = ana;
  await page.goto('/reading?tab=owned');
  await page.getByRole('link', { name: title, exact: true }).click();
  await press(page, 'Want to read');
  await expect(page.getByRole('status').filter({ hasText: 'on your list of books to read' })).toBeVisible();
  await press(page, 'Start reading');
  await expect(page.getByText('How far are you?')).toBeVisible();

  const open = async (summary: string) => page.getByText(summary, { exact: true }).click();
  await open('How far are you?');
  await fill(page, { done: '500', of: '300' });
  await press(page, 'Save');
  await expect(page.getByRole('alert')).toContainText('Enter a page from 0 to 300.');
  await expect(control(page, 'done')).toHaveValue('500');
  await fill(page, { done: '120' });
  await press(page, 'Save');
  await expect(page.getByText('Reading, page 120 of 300 (40 %)')).toBeVisible();

  await open('Finish, or stop');
  await page.getByRole('group', { name: 'Stars' }).getByLabel('4', { exact: true }).check();
  await page.getByRole('group', { name: 'And a part of a star' }).getByLabel('¼').check();
  await page.getByRole('main').getByRole('button', { name: 'Save', exact: true }).last().click();
  await expect(page.getByText('Read · 4¼ stars')).toBeVisible();

  await page.goto('/reading?tab=read');
  await expect(page.getByRole('link', { name: title, exact: true })).toBeVisible();
  await page.getByRole('link', { name: /in numbers$/ }).click();
  await expect(page.getByRole('img', { name: /^Books by month: January/ })).toBeVisible();
  await page.getByText('Set a goal for the year', { exact: true }).click();
  await fill(page, { books: '1' });
  await press(page, 'Save');
  await expect(page.getByText('1 of 1 book: reached')).toBeVisible();
});
