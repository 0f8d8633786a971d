import type { Page } from '@playwright/test';
import { fill, press, sendTwice, unique } from '../support/page';
import { expect, test } from '../support/test';

/** Takes a book into the proposal, or out of it. */
async function take(page: Page, title: string, wanted: boolean): Promise<void> {
  await page.getByRole('checkbox', { name: title, exact: true }).setChecked(wanted);
}

/** What a message at the top of the page says. */
async function told(page: Page, sentence: string): Promise<void> {
  await expect(page.getByRole('status').filter({ hasText: sentence })).toBeVisible();
}

test('two readers trade two books for one, by post', async ({ reader, visit }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const wanted = unique('The Lighthouse ');
  const [first, second, third] = [unique('Dunes '), unique('Emmas '), unique('Waves ')];
  await wren.addBook(wanted);
  for (const title of [first, second, third]) await ana.addBook(title);
  const copy = await wren.copy(wanted);

  await ana.page.goto(copy);
  await ana.page.getByRole('main').getByRole('link', { name: /^Propose/ }).first().click();
  await expect(ana.page.getByRole('heading', { name: 'A trade with Wren' })).toBeVisible();
  await expect(ana.page.getByRole('checkbox', { name: wanted, exact: true })).toBeChecked();
  await take(ana.page, first, true);
  await take(ana.page, second, true);
  await fill(ana.page, { message: 'Two of mine for yours?' });
  await sendTwice(ana.page, () => press(ana.page, 'Send to Wren'));
  await told(ana.page, 'Your proposal is sent.');
  const trade = new URL(ana.page.url()).pathname;
  await ana.page.goto('/trades?show=open');
  await expect(ana.page.getByRole('main').locator(`a[href="${trade}"]`)).toHaveCount(1);

  const proposal = await wren.mail(/Ana proposes a trade/);
  expect(proposal.text).toContain(wanted);
  expect(proposal.html).toContain(second);
  await wren.page.goto('/inbox');
  await expect(wren.page.getByRole('main').getByText(/Ana/).first()).toBeVisible();
  await wren.page.goto(trade);
  await expect(wren.page.getByText('Two of mine for yours?')).toBeVisible();
  await wren.page.getByRole('link', { name: 'Answer with other books' }).click();
  await expect(wren.page.getByRole('checkbox', { name: second, exact: true })).toBeChecked();
  await take(wren.page, second, false);
  await take(wren.page, third, true);
  await fill(wren.page, { message: 'I would rather have the third.' });
  await sendTwice(wren.page, () => press(wren.page, 'Send to Ana'));
  await told(wren.page, 'Your answer is sent.');

  await ana.mail(/Wren answers with other books/);
  await ana.page.goto(trade);
  await ana.page.getByRole('link', { name: 'Accept', exact: true }).click();
  await sendTwice(ana.page, () => press(ana.page, 'Accept, and reserve the books'));
  await told(ana.page, 'It is agreed.');
  await wren.mail(/Your trade with Ana is agreed/);
  await ana.mail(/Your trade with Wren is agreed/);

  const stranger = await reader('Noor');
  expect((await stranger.page.goto(trade))?.status(), 'nobody else sees the trade').toBe(404);
  await (await visit()).goto(copy);

  for (const [sender, other, address] of [[ana, wren, '3 Quay Street\nGhent'], [wren, ana, '9 Hill Road\nCork']] as const) {
    await other.page.goto(trade);
    await fill(other.page, { address });
    await press(other.page, 'Show this address to the sender');
    await told(other.page, 'The sender can read your address now.');
    await sender.page.goto(trade);
    await expect(sender.page.getByText(address.split('\n')[0] ?? '')).toBeVisible();
    await sender.page.getByRole('link', { name: 'I have posted it' }).click();
    await fill(sender.page, { carrier: 'The post', tracking: 'AB 12' });
    await sendTwice(sender.page, () => press(sender.page, 'Mark as posted'));
    await told(sender.page, 'Your parcel is marked as posted.');
    await other.mail(new RegExp(`${sender.name} has sent your books`));
  }

  await wren.page.goto(trade);
  await sendTwice(wren.page, () => press(wren.page, 'It has arrived'));
  await told(wren.page, 'The books are yours. They stand on your shelf, not listed yet.');
  await ana.page.goto(trade);
  await sendTwice(ana.page, () => press(ana.page, 'It has arrived'));
  await told(ana.page, 'The books are yours, and the trade is completed.');
  await expect(ana.page.getByRole('heading', { name: 'All books have arrived. This trade is completed.' })).toBeVisible();
  await expect(ana.page.getByText('9 Hill Road')).toHaveCount(0);
  await wren.mail(/Your trade with Ana is completed/);

  for (const [owner, theirs, gone] of [[wren, [first, third], [wanted]], [ana, [wanted, second], [first, third]]] as const) {
    await owner.page.goto('/shelf');
    for (const title of theirs) await expect(owner.page.getByRole('main').getByRole('link', { name: title, exact: true })).toHaveCount(1);
    for (const title of gone) await expect(owner.page.getByRole('main').getByRole('link', { name: title, exact: true })).toHaveCount(0);
  }
  await wren.page.goto('/shelf?tab=owned');
  await expect(wren.page.getByRole('main').getByRole('link', { name: third, exact: true }), 'it arrives unlisted').toBeVisible();
});

test('a proposal that has moved on cannot be accepted unseen', async ({ reader }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const wanted = unique('The Ferry ');
  await wren.addBook(wanted);
  await ana.page.goto(await wren.copy(wanted));
  await ana.page.getByRole('main').getByRole('link', { name: /^Propose/ }).first().click();
  await press(ana.page, 'Send to Wren');
  await press(ana.page, 'Ask Wren for a gift');
  await told(ana.page, 'Your proposal is sent.');
  const trade = new URL(ana.page.url()).pathname;
  await wren.page.goto(`${trade}/accept`);
  await ana.page.goto(`${trade}/withdraw`);
  await press(ana.page, 'Withdraw it');
  await told(ana.page, 'You have withdrawn the proposal.');
  await press(wren.page, 'Accept, and reserve the books');
  await expect(wren.page.getByRole('alert')).toBeVisible();
  await expect(wren.page.getByRole('heading', { name: 'This proposal was withdrawn.' })).toBeVisible();
});
