import { host } from '../support/host';
import { control, press, unique } from '../support/page';
import { expect, test } from '../support/test';

test('an evening fills, somebody waits, and has what comes free', async ({ reader }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const bo = await reader('Bo');
  const title = unique('Swap by lamplight ');
  const guests = await host(wren.page, title, '2');

  // Three taps from the front page: events, the evening, the seat.
  await ana.page.goto('/');
  await ana.page.getByRole('link', { name: 'Events', exact: true }).last().click();
  await ana.page.getByRole('main').getByRole('link', { name: title }).click();
  await expect(ana.page.getByText('2 of 2 seats are free.')).toBeVisible();
  await control(ana.page, 'party').selectOption('2');
  await press(ana.page, 'Take seats');
  await expect(ana.page.getByText('You have 2 seats.', { exact: true })).toBeVisible();
  const mail = await ana.mail(/^Your seats at/);
  expect(mail.text).toContain('3 Quay Street');

  const evening = new URL(ana.page.url()).pathname;
  await bo.page.goto(evening);
  await expect(bo.page.getByText('All 2 seats are taken.')).toBeVisible();
  await control(bo.page, 'ask').check();
  await press(bo.page, 'Join the waiting list');
  await expect(bo.page.getByText('You are the next on the waiting list. You wait for one seat.')).toBeVisible();

  await ana.page.getByText('Change how many').click();
  await control(ana.page, 'party').selectOption('1');
  await press(ana.page, 'Change');
  await expect(ana.page.getByText('You have one seat.')).toBeVisible();
  await bo.mail(/^A seat is free for you/);
  await bo.page.goto(evening);
  await press(bo.page, 'Take it');
  await expect(bo.page.getByText('You have one seat.')).toBeVisible();

  await wren.page.goto(guests);
  await expect(wren.page.getByText('Published. 2 of 2 seats are taken.')).toBeVisible();
  await expect(wren.page.getByRole('main').getByRole('listitem').filter({ hasText: `@${bo.handle}` })).toContainText('one seat');

  await ana.page.getByText('You cannot come?').click();
  await press(ana.page, 'Give the seats back');
  await expect(ana.page.getByText('One of 2 seats is free.')).toBeVisible();

  await wren.page.getByRole('link', { name: 'Cancel the event' }).click();
  await control(wren.page, 'reason').fill('The lamp is broken.');
  await press(wren.page, 'Cancel the event');
  await expect(wren.page.getByText('Cancelled. Everybody who had a seat was told.')).toBeVisible();
  const told = await bo.mail(/is cancelled$/);
  expect(told.text).toContain('The lamp is broken.');
});
