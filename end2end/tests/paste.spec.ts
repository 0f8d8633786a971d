import { control, fill, isbn, press, sendTwice, unique } from '../support/page';
import { expect, test } from '../support/test';

test('a pasted list of books ends on the shelf, and can be taken back', async ({ reader }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const [numbered, named, alike] = [unique('Harbours '), unique('Kettles '), unique('Margins ')];
  const number = isbn();
  await wren.addBook(numbered, number);
  await wren.addBook(named);
  await wren.addBook(alike);

  const { page } = ana;
  await page.goto('/shelf');
  await page.getByRole('link', { name: 'Or paste a list of many' }).click();
  await press(page, 'Look at the list');
  await expect(page.getByRole('alert')).toContainText('Enter at least one book');
  const wrong = number.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
  const lines = [number, `${named} – Wren Example`, alike, wrong, `${numbered} by Wren Example`];
  await fill(page, { lines: lines.join('\n') });
  await press(page, 'Look at the list');

  await expect(page.getByRole('heading', { name: 'Are these your books?' })).toBeVisible();
  await expect(page.getByText('5 lines: 3 found, 1 to choose from, 1 not found.')).toBeVisible();
  await expect(page.getByText('The last character of this ISBN should be')).toBeVisible();
  await expect(page.getByText('The same book as in line 1: add a second copy?')).toBeVisible();
  const line = (place: number) => page.getByRole('group', { name: new RegExp(`^Line ${place} `) });
  await expect(line(1).getByRole('checkbox')).toBeChecked();
  await expect(line(2).getByRole('checkbox')).toBeChecked();
  await expect(line(5).getByRole('checkbox')).not.toBeChecked();
  await expect(line(3).getByRole('radio', { name: 'Not this one' })).toBeChecked();
  await line(3).getByRole('radio', { name: alike }).check();

  await press(page, 'Change the list');
  await expect(control(page, 'lines')).toHaveValue(lines.join('\n'));
  await press(page, 'Look at the list');
  await line(3).getByRole('radio', { name: alike }).check();
  await sendTwice(page, () => press(page, 'Add the ticked books'));
  await expect(page.getByRole('status').filter({ hasText: /3 books added and listed for trade\. Left out: line 4 “.+”, line 5 “.+”\./ })).toBeVisible();
  const onShelf = (title: string) => page.getByRole('main').getByRole('link', { name: title, exact: true });
  for (const title of [numbered, named, alike]) await expect(onShelf(title)).toHaveCount(1);

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'Undone: 3 books are as before.' })).toBeVisible();
  await page.goto('/shelf');
  for (const title of [numbered, named, alike]) await expect(onShelf(title)).toHaveCount(0);
});
