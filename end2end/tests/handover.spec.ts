import { host, soon } from '../support/host';
import { choose, control, press, sendTwice, unique } from '../support/page';
import { expect, test } from '../support/test';

test('two readers hand their books over at an event, are told who is there, and meet elsewhere when it is cancelled', async ({ reader }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const bo = await reader('Bo');
  const evening = unique('Swap tonight ');
  const [given, taken] = [unique('Dunes '), unique('Emmas ')];
  await ana.addBook(given);
  await bo.addBook(taken);
  const guests = await host(wren.page, evening, '6', soon);

  await ana.page.goto(await bo.copy(taken));
  await ana.page.getByRole('main').getByRole('link', { name: /^Propose/ }).first().click();
  await ana.page.getByRole('checkbox', { name: given, exact: true }).check();
  await choose(ana.page, 'method', 'meet');
  await press(ana.page, 'Send to Bo');
  await expect(ana.page).toHaveURL(/\/trades\/\d+$/);
  const trade = new URL(ana.page.url()).pathname;
  await bo.page.goto(trade);
  await bo.page.getByRole('link', { name: 'Accept', exact: true }).click();
  await press(bo.page, 'Accept, and reserve the books');
  await expect(bo.page.getByRole('status').filter({ hasText: 'It is agreed.' })).toBeVisible();

  // Nobody has a seat yet.
  await ana.page.goto(trade);
  await ana.page.getByRole('link', { name: 'Hand the books over there' }).click();
  await expect(ana.page.getByText('You have no seats at an event to come')).toBeVisible();
  await ana.page.getByRole('main').getByRole('link', { name: 'See what is on' }).click();
  await ana.page.getByRole('main').getByRole('link', { name: evening }).click();
  const event = new URL(ana.page.url()).pathname;
  await press(ana.page, /^Take/);
  await expect(ana.page.getByText('You have one seat.')).toBeVisible();

  await ana.page.goto(`${trade}/meeting`);
  await press(ana.page, 'Meet there');
  await expect(ana.page.getByRole('alert').getByText('Choose an event.')).toBeVisible();
  await ana.page.getByRole('radio', { name: evening }).check();
  await sendTwice(ana.page, () => press(ana.page, 'Meet there'));
  const meeting = ana.page.getByRole('region', { name: 'Where you meet' });
  await expect(meeting.getByText('You have named this event, and have seats there.')).toBeVisible();

  const mail = await bo.mail(/^Ana would meet you at “Swap tonight/);
  expect(mail.text).toContain('You have no seat there yet');
  await bo.page.goto(trade);
  await expect(bo.page.getByText('You have no seat there yet: 5 are left.')).toBeVisible();
  await bo.page.getByRole('link', { name: 'Take a seat' }).click();
  await press(bo.page, /^Take/);
  await expect(bo.page.getByText('You hand over here:')).toBeVisible();
  await bo.page.getByRole('link', { name: '2 books with Ana' }).click();
  await expect(bo.page.getByText('Both of you have seats there.')).toBeVisible();

  // The host lets Ana in, and reads nothing of trades.
  await wren.page.goto(`${guests}/door`);
  await expect(wren.page.getByRole('main').getByText(given)).toHaveCount(0);
  await control(wren.page, 'q').fill(ana.handle);
  await press(wren.page, 'Find');
  await wren.page.locator('#found').getByRole('button', { name: /^Let in/ }).click();
  await expect(async () => {
    await bo.page.goto('/inbox');
    await expect(bo.page.getByText(`Ana is at “${evening}” now`)).toBeVisible({ timeout: 500 });
  }).toPass();

  await bo.page.goto(trade);
  await press(bo.page, 'Meet elsewhere');
  await expect(bo.page.getByRole('status').filter({ hasText: 'You do not meet at the event any more.' })).toBeVisible();
  await bo.page.getByRole('link', { name: 'Hand the books over there' }).click();
  await bo.page.getByRole('radio', { name: evening }).check();
  await press(bo.page, 'Meet there');
  await expect(bo.page.getByRole('status').filter({ hasText: 'You meet at the event.' })).toBeVisible();

  await wren.page.goto(`${guests}/cancel`);
  await press(wren.page, 'Cancel the event');
  await ana.mail(/where you were to meet Bo, is cancelled$/);
  await ana.page.goto(trade);
  await expect(meeting.getByText('It is cancelled.')).toBeVisible();
  await expect(ana.page.getByRole('button', { name: 'I have handed the books over' })).toBeVisible();
  await ana.page.goto(event);
  await expect(ana.page.getByText('You hand over here:')).toHaveCount(0);
});
