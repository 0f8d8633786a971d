import { choose, fill, press, sendTwice, unique } from '../support/page';
import { expect, test } from '../support/test';

test('a reader buys of three owners from one cart, of which one line is stale', async ({ reader }) => {
  const ana = await reader('Ana');
  const sellers = [await reader('Bo'), await reader('Cai'), await reader('Dov')] as const;
  const titles = sellers.map(({ name }) => unique(`${name} sells `));
  const copies: string[] = [];
  for (const [place, seller] of sellers.entries()) {
    const title = `${titles[place]}`;
    await seller.addBook(title);
    const copy = await seller.copy(title);
    copies.push(copy);
    await seller.page.goto(`${copy}/edit`);
    await choose(seller.page, 'offer', 'sale');
    // Folded where no script unfolds it.
    await seller.page.getByText('The price, if you sell it').click();
    await fill(seller.page, { price: '6.50', postage: '2' });
    await seller.page.locator('main [name=currency]').selectOption('EUR');
    // Only Bo is asked first.
    if (place > 0) await choose(seller.page, 'at_once', '1');
    await press(seller.page, 'Save');
    await expect(seller.page).toHaveURL(new RegExp(`${copy}$`));
    await expect(seller.page.getByText('Buy now')).toHaveCount(place > 0 ? 1 : 0);

    await ana.page.goto(copy);
    await press(ana.page, /^Add to cart/);
    await expect(ana.page).toHaveURL(/\/cart$/);
    await expect(ana.page.getByRole('link', { name: title })).toBeVisible();
  }

  await ana.page.getByRole('link', { name: 'Go to the checkout' }).click();
  await expect(ana.page.getByRole('heading', { name: 'Checkout' })).toBeVisible();
  for (const way of await ana.page.locator('main [value=post]').all()) await way.check();
  await ana.page.getByLabel('A word to Bo, if you like').fill('Is it a first edition?');

  // Meanwhile Cai asks for more.
  const cai = sellers[1].page;
  await cai.goto(`${copies[1]}/edit`);
  await fill(cai, { price: '9' });
  await press(cai, 'Save');
  await expect(cai).toHaveURL(new RegExp(`${copies[1]}$`));

  await press(ana.page, 'Place 3 orders');
  const problem = ana.page.getByRole('alert');
  await expect(problem.getByRole('link')).toHaveText([/has become dearer: €9\.00 now, and €6\.50/]);
  await expect(ana.page.getByLabel('A word to Bo, if you like')).toHaveValue('Is it a first edition?');
  for (const way of await ana.page.locator('main [value=post]').all()) await expect(way).toBeChecked();

  await sendTwice(ana.page, () => press(ana.page, 'Place 3 orders'));
  await expect(ana.page.getByRole('heading', { name: 'What you have ordered' })).toBeVisible();
  await expect(ana.page.getByRole('main').locator('.tradelist > li')).toHaveCount(3);
  await expect(ana.page.getByText(/Pay €11\.00 by/)).toHaveCount(1);
  await sellers[0].mail(/Ana would buy a book of yours/);
  await sellers[2].mail(/Ana has bought a book of yours/);
  await ana.page.goto('/cart');
  await expect(ana.page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await ana.page.goto('/orders?f=buying');
  for (const title of titles) await expect(ana.page.getByText(title)).toBeVisible();
});
