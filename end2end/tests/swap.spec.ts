import { host, reach } from '../support/host';
import { press, sendTwice, unique } from '../support/page';
import { expect, test } from '../support/test';

test('two guests of a swap meet find what each has for the other', async ({ reader, visit }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const bo = await reader('Bo');
  const title = unique('Swap by candlelight ');
  const [hers, his] = [unique('Dunes '), unique('Waves ')];
  await ana.addBook(hers);
  await bo.addBook(his);
  await host(wren.page, title, '9');
  await reach(ana.page, title);
  const evening = new URL(ana.page.url()).pathname;
  await expect(ana.page.getByText('Nobody has said yet what they bring.')).toBeVisible();
  for (const { page } of [ana, bo]) {
    await page.goto(evening);
    await press(page, 'Take seats');
    await page.getByRole('link', { name: 'Say what you bring, and see what you could swap' }).click();
  }
  const books = new URL(ana.page.url()).pathname;

  await press(ana.page, 'Bring what is ticked');
  await expect(ana.page.getByRole('alert').getByText('Tick the books that you bring.')).toBeVisible();
  await ana.page.getByRole('checkbox', { name: hers, exact: true }).check();
  await sendTwice(ana.page, () => press(ana.page, 'Bring what is ticked'));
  const bag = (page: typeof ana.page) => page.locator('#bag');
  await expect(bag(ana.page).getByRole('link', { name: hers })).toBeVisible();
  await expect(ana.page.getByText('You bring 1 more book.')).toBeVisible();
  await press(bo.page, 'Bring all that you have listed');
  await expect(bag(bo.page).getByRole('link', { name: his })).toBeVisible();

  // A visitor sees the books and nobody's name; who is no guest says nothing of them.
  const visitor = await visit();
  await visitor.goto(books);
  await expect(visitor.getByRole('link', { name: hers })).toBeVisible();
  await expect(visitor.getByText(`@${ana.handle}`)).toHaveCount(0);
  await expect(visitor.getByRole('button', { name: 'I would like it' })).toHaveCount(0);

  await sendTwice(bo.page, () => press(bo.page, /^I would like it/));
  await expect(bo.page.getByText('You would like it.', { exact: true })).toBeVisible();
  await ana.page.goto(books);
  await expect(bag(ana.page).getByText('1 reader would like it')).toBeVisible();
  await press(ana.page, /^I would like it/);
  const partner = ana.page.getByRole('listitem').filter({ hasText: `@${bo.handle}` }).first();
  await expect(partner.getByText('Each has something for the other')).toBeVisible();
  await expect(partner).toContainText(his);
  await expect(partner).toContainText(hers);

  await press(ana.page, /^Leave at home/);
  await expect(ana.page.getByText('You bring nothing yet')).toBeVisible();
  await ana.page.getByRole('button', { name: 'Undo' }).click();
  await expect(bag(ana.page).getByRole('link', { name: hers })).toBeVisible();
});
