import { day } from '../support/host';
import { choose, control, fill, press, sendTwice, unique } from '../support/page';
import { expect, test } from '../support/test';

test('a series is entered, changed from a date on, and left and cancelled for one date', async ({ reader }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const title = unique('Thursday circle ');
  await wren.page.goto('/venues/new');
  await fill(wren.page, { name: 'The Long Room', address: '3 Quay Street', city: 'Leith' });
  await press(wren.page, 'Enter the place');
  await fill(wren.page, { title, description: 'One book a week.', day: day(21), starts: '19:00', ends: '21:00', capacity: '4' });
  await wren.page.getByText('Does it come again?').click();
  await control(wren.page, 'repeats').selectOption('weekly');
  await control(wren.page, 'times').fill('1');
  await press(wren.page, 'Enter the event');
  await expect(wren.page.getByRole('alert').getByText('Enter how many dates there are, between 2 and 52.')).toBeVisible();
  await control(wren.page, 'times').fill('5');
  // The third is a holiday.
  await press(wren.page, 'Show its dates first');
  await wren.page.getByRole('checkbox', { name: /^Not on / }).nth(1).check();
  await sendTwice(wren.page, () => press(wren.page, 'Enter the event'));
  await press(wren.page, 'Publish all 4 dates');
  await expect(wren.page.getByText('4 dates are published.')).toBeVisible();
  const first = new URL(wren.page.url()).pathname;
  await wren.page.getByRole('link', { name: 'All dates' }).click();
  const dates = wren.page.getByRole('link', { name: title });
  await expect(dates).toHaveCount(4);
  await expect(wren.page.getByText(/^Every .*day, 5 times\. Dates are made/)).toBeVisible();
  await expect(wren.page.getByText(/^Left out: \w+day \d+ \w+ \d{4}\.$/)).toBeVisible();
  const all = new URL(wren.page.url());

  // From the second date on it begins earlier.
  await wren.page.getByRole('link', { name: 'Guests and settings' }).nth(1).click();
  const second = new URL(wren.page.url()).pathname;
  await wren.page.getByRole('link', { name: 'Change', exact: true }).click();
  await expect(wren.page.getByText('This date and 2 dates after it')).toBeVisible();
  await choose(wren.page, 'which', 'following');
  await control(wren.page, 'starts').fill('18:15');
  await press(wren.page, 'Save');
  await expect(wren.page.getByText('The dates are changed.')).toBeVisible();
  await wren.page.goto(all.pathname + all.search);
  await expect(wren.page.getByText(/18:15 to 21:00/)).toHaveCount(3);
  await expect(wren.page.getByText(/19:00 to 21:00/)).toHaveCount(1);

  // A guest takes seats on the first, and comes on the second.
  await ana.page.goto(`/events/${first.split('/').pop()}-x`);
  await control(ana.page, 'party').selectOption('2');
  await press(ana.page, 'Take seats');
  await expect(ana.page.getByText('You have 2 seats.', { exact: true })).toBeVisible();
  await ana.page.getByText('Another date suits you better?').click();
  await control(ana.page, 'to').selectOption({ index: 0 });
  await press(ana.page, 'Change the date');
  await expect(ana.page.getByText('Your seats are on this date now.')).toBeVisible();
  await expect(ana.page.getByText(/18:15 to 21:00/).first()).toBeVisible();
  await expect(ana.page.getByText('You have 2 seats.', { exact: true })).toBeVisible();

  // The host cancels that one, and it alone.
  await wren.page.goto(`${second}/cancel`);
  await expect(wren.page.getByText('Only this date')).toBeVisible();
  await expect(wren.page.getByText('2 seats that are taken end.').first()).toBeVisible();
  await press(wren.page, 'Cancel the event');
  await expect(wren.page.getByText('Cancelled. Everybody who had a seat or waited for one was told.')).toBeVisible();
  await ana.mail(/is cancelled$/);
  await ana.page.reload();
  await expect(ana.page.getByText('This event is cancelled.')).toBeVisible();
  await expect(ana.page.locator('section[aria-labelledby="dates-h"]').getByText('4 of 4 seats free')).toHaveCount(3);

  // She takes seats at the three that are left, and gives those of one back.
  await ana.page.getByRole('link', { name: 'Take seats at several dates' }).click();
  await expect(ana.page.getByText('Cancelled', { exact: true })).toBeVisible();
  await sendTwice(ana.page, () => press(ana.page, 'Take seats at these dates'));
  await expect(ana.page.getByRole('heading', { name: 'Booked: 3 dates.' })).toBeVisible();
  await ana.mail(/^Your seats on 3 dates of/);
  await ana.page.getByText('You cannot come any more?').click();
  await ana.page.locator('input[name=bookings]').first().uncheck();
  await press(ana.page, 'Give these seats back');
  await expect(ana.page.getByText('Your seats at 2 dates are given back.')).toBeVisible();

  // One like it, on another day.
  await wren.page.getByRole('link', { name: 'Enter one like this' }).click();
  await expect(control(wren.page, 'title')).toHaveValue(title);
  await expect(control(wren.page, 'day')).toHaveValue('');
});
