import type { Page } from '@playwright/test';
import { choose, fill, press, unique } from '../support/page';
import { expect, test } from '../support/test';

/** What a message at the top of the page says. */
async function told(page: Page, sentence: string): Promise<void> {
  await expect(page.getByRole('status').filter({ hasText: sentence })).toBeVisible();
}

test('a book is paid online, the message of it is lost, and the money goes back when the sale ends', async ({ reader }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const title = unique('The Harbour ');
  await wren.addBook(title);
  const copy = await wren.copy(title);
  await wren.page.goto(`${copy}/edit`);
  await choose(wren.page, 'offer', 'sale');
  await wren.page.locator('main details:has([name=price]) > summary').click();
  await fill(wren.page, { price: '6.50' });
  await press(wren.page, 'Save');

  await wren.page.goto('/settings/payments');
  await press(wren.page, 'Connect an account');
  await wren.page.getByRole('link', { name: 'Go on at Stripe' }).click();
  await expect(wren.page.getByRole('heading', { name: 'Who are you?' })).toBeVisible();
  await wren.page.goto('/settings/payments');
  await press(wren.page, 'Look again whether it is ready');
  await told(wren.page, 'It is ready');

  await ana.page.goto(`${copy}/buy`);
  await choose(ana.page, 'method', 'post');
  await press(ana.page, 'Ask Wren to sell it');
  await told(ana.page, 'You have asked to buy it.');
  const trade = new URL(ana.page.url()).pathname;
  await wren.page.goto(`${trade}/accept`);
  await press(wren.page, /^Accept/);
  await told(wren.page, 'It is agreed.');

  await ana.page.goto(trade);
  await ana.page.getByRole('link', { name: 'Pay now' }).click();
  await press(ana.page, 'Pay now');
  await ana.page.getByRole('link', { name: /^Pay .* at Stripe/ }).click();
  await ana.page.getByRole('button', { name: 'Pay' }).click();
  await expect(ana.page.getByRole('heading', { name: 'Thank you' })).toBeVisible();
  // The service sends her back, and tells us nothing.
  await ana.page.goto(`${trade}/pay?back=paid`);
  await expect(ana.page.getByText('Do not pay again.')).toBeVisible();
  await wren.page.goto(trade);
  await expect(wren.page.getByText('Post nothing before it is confirmed.').first()).toBeVisible();
  await press(ana.page, 'I have paid: ask whether it is there');
  await expect(ana.page.getByRole('heading', { name: 'It is paid' })).toBeVisible();
  await ana.mail(/Your payment is confirmed/);
  await wren.mail(/Your book is paid for/);

  await wren.page.goto(`${trade}/cancel`);
  await expect(wren.page.getByText('goes back to the buyer by itself')).toBeVisible();
  await press(wren.page, /^Cancel/);
  await ana.mail(/Your money is given back/);
  await ana.page.goto(`${trade}/pay`);
  await expect(ana.page.getByRole('heading', { name: 'Your money is given back' })).toBeVisible();
});
