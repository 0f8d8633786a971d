import { logIn } from '../support/reader';
import { choose, fill, press, sendTwice, unique } from '../support/page';
import { expect, test } from '../support/test';

/** A day as forms send it, so many days from now. */
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test('a book is lent, kept a little longer, and comes back', async ({ reader }) => {
  const ana = await reader('Ana');
  const bo = await reader('Bo');
  const title = unique('Lanterns ');
  await ana.addBook(title);
  const copy = await ana.copy(title);
  await ana.page.goto(`${copy}/edit`);
  await ana.page.getByRole('checkbox', { name: 'Lend it' }).check();
  await ana.page.getByText('How long, if you lend it', { exact: true }).click();
  await fill(ana.page, { days: '500' });
  await press(ana.page, 'Save');
  await expect(ana.page.getByRole('alert').getByText('from 1 to 180').first()).toBeVisible();
  await fill(ana.page, { days: '21' });
  await press(ana.page, 'Save');
  await expect(ana.page.getByText('To borrow, 21 days')).toBeVisible();

  await bo.page.goto(copy);
  await bo.page.getByRole('link', { name: 'Borrow it' }).click();
  await expect(bo.page.getByRole('heading', { name: 'Borrow this book?' })).toBeVisible();
  await fill(bo.page, { due: day(5), message: 'For the weekend.' });
  await sendTwice(bo.page, () => press(bo.page, 'Ask Ana to lend it'));
  await expect(bo.page.getByRole('status').filter({ hasText: 'You have asked to borrow it.' })).toBeVisible();
  const loan = new URL(bo.page.url()).pathname;

  await ana.page.goto(loan);
  await expect(ana.page.getByText('Bo would borrow it until')).toBeVisible();
  await ana.page.getByRole('link', { name: 'Accept', exact: true }).click();
  await press(ana.page, /^Accept/);
  await expect(ana.page.getByRole('status').filter({ hasText: 'It is agreed.' })).toBeVisible();
  await bo.page.goto(loan);
  await press(bo.page, 'I have the book');
  await expect(bo.page.getByText('You have it until')).toBeVisible();
  await ana.page.goto('/shelf?tab=lent');
  await expect(ana.page.getByRole('link', { name: 'Lent to Bo' })).toBeVisible();

  await bo.page.getByRole('link', { name: 'Ask for more time' }).click();
  await fill(bo.page, { due: day(12) });
  await press(bo.page, 'Ask Ana');
  await expect(bo.page.getByText('You have asked to have it until')).toBeVisible();
  await ana.page.goto(loan);
  await press(ana.page, 'Give that time');
  await expect(ana.page.getByText('Bo has it until')).toBeVisible();
  await sendTwice(ana.page, () => press(ana.page, 'It is back'));
  await expect(ana.page.getByText('The book is back. This loan is over.')).toBeVisible();
});

/** Members of the demo community whose book should have been back for more than a month. */
const LENDERS = { scripts: 'moss_and_vellum', none: 'half_calf' } as const;

test('a book that does not come back is reported, and a moderator decides', async ({ visit, moderator, javaScriptEnabled }) => {
  const lender = await visit();
  await logIn(lender, javaScriptEnabled === false ? LENDERS.none : LENDERS.scripts, 'dogear-demo');
  await lender.goto('/loans');
  await lender.getByRole('listitem').filter({ hasText: /\d\d days overdue/ }).getByRole('link').click();
  await expect(lender).toHaveURL(/\/trades\/\d+$/);
  const loan = new URL(lender.url()).pathname;
  await lender.getByRole('link', { name: 'Report a problem' }).click();
  await press(lender, 'Report the problem');
  await expect(lender.getByRole('alert')).toContainText('There is a problem');
  await choose(lender, 'problem', 'not_returned');
  await fill(lender, { details: 'Three letters, and no word.' });
  await press(lender, 'Report the problem');
  await expect(lender).toHaveURL(loan);

  const staff = moderator.page;
  await staff.goto(`/admin/queue/trade/${loan.split('/').pop()}`);
  await expect(staff.getByText('Three letters, and no word.').first()).toBeVisible();
  await choose(staff, 'outcome', 'written_off');
  await choose(staff, 'sure', 'on');
  await fill(staff, { statement: 'It has not come back, and nobody answers.' });
  await press(staff, 'End the trade');
  await expect(staff.getByText(/^Trade \d+ has ended, and everybody in it is told why\.$/)).toBeVisible();
  await lender.goto(loan);
  await expect(lender.getByText('It has not come back, and nobody answers.').first()).toBeVisible();
  await lender.goto('/loans');
  await expect(lender.getByText(/days overdue/)).toHaveCount(0);
});
