import { host } from '../support/host';
import { choose, control, fill, press, sendTwice, unique } from '../support/page';
import { Reader } from '../support/reader';
import { expect, test } from '../support/test';

const LINK = 'https://meet.example.org/lamplight';

test('whoever is invited opens the link, joins, and has a seat where nobody else sees one', async ({ reader, visit }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const title = unique('Supper by lamplight ');
  const guests = await host(wren.page, title, '4');
  await wren.page.getByRole('link', { name: 'Change', exact: true }).click();
  await choose(wren.page, 'visibility', 'invited');
  await fill(wren.page, { online: LINK });
  await press(wren.page, 'Save');
  await press(wren.page, 'Make the link');
  const link = new URL(await wren.page.getByLabel('Send this link to those whom you invite').inputValue()).pathname;
  const evening = `${await wren.page.getByRole('link', { name: 'See its page' }).getAttribute('href')}`;
  expect((await ana.page.request.get(evening)).status()).toBe(404);
  await ana.page.goto(`/events?q=${encodeURIComponent(title)}`);
  await expect(ana.page.getByRole('main').getByRole('link', { name: title })).toHaveCount(0);

  // Somebody who has never been here.
  const noor = new Reader(await visit(), 'Noor');
  await noor.page.goto(link);
  await expect(noor.page.getByRole('heading', { name: title })).toBeVisible();
  await noor.page.getByRole('main').getByRole('link', { name: 'Join' }).click();
  await fill(noor.page, { email: noor.email, display_name: noor.name, handle: noor.handle, password: noor.password });
  await press(noor.page, 'Join');
  await noor.page.goto(await noor.link('/verify/'));
  await press(noor.page, 'Confirm my address');
  await expect(noor.page).toHaveURL(evening);
  await expect(noor.page.getByText(LINK)).toHaveCount(0);
  await control(noor.page, 'party').selectOption('2');
  await press(noor.page, 'Take seats');
  await expect(noor.page.getByText('You have 2 seats.', { exact: true })).toBeVisible();
  await expect(noor.page.getByRole('link', { name: LINK })).toBeVisible();
  expect((await noor.mail(/^Your seats at/)).text).toContain(LINK);

  await wren.page.goto(guests);
  await press(wren.page, 'Make a new link');
  await expect(wren.page.getByLabel('Send this link to those whom you invite')).not.toHaveValue(new RegExp(`${link}$`));
  expect((await ana.page.request.get(link)).status()).toBe(404);
  expect((await noor.page.request.get(evening)).status()).toBe(200);
});

test('a host writes to all guests and takes the list away as a table', async ({ reader }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const bo = await reader('Bo');
  const title = unique('Swap in the long room ');
  const guests = await host(wren.page, title, '1');
  const evening = `${await wren.page.getByRole('link', { name: 'See its page' }).getAttribute('href')}`;
  await ana.page.goto(evening);
  await press(ana.page, 'Take the seat');
  await expect(ana.page.getByText('You have one seat.')).toBeVisible();
  await bo.page.goto(evening);
  await press(bo.page, 'Join the waiting list');

  await wren.page.goto(guests);
  await wren.page.getByRole('link', { name: 'Write to your guests' }).click();
  await press(wren.page, 'Look at it');
  await expect(wren.page.getByRole('alert')).toContainText('There is a problem');
  await choose(wren.page, 'audience', 'both');
  await fill(wren.page, { body: 'The door is green.\n\nKnock twice.' });
  await press(wren.page, 'Look at it');
  await expect(wren.page.getByText('It goes to 2 readers who have seats or wait.')).toBeVisible();
  await sendTwice(wren.page, () => press(wren.page, 'Send it'));
  await expect(wren.page.getByRole('heading', { name: 'What you have told them' })).toBeVisible();
  for (const guest of [ana, bo]) {
    expect((await guest.mail(/^A message about/)).text).toContain('Knock twice.');
    await guest.page.goto(evening);
    await expect(guest.page.getByRole('heading', { name: 'From your host' })).toBeVisible();
  }

  const table = await wren.page.request.get(`${guests}/guests.csv`);
  expect(table.headers()['content-type']).toContain('text/csv');
  const text = await table.text();
  expect(text).toContain(`,${ana.handle},1,has seats,0,`);
  expect(text).toContain(`,${bo.handle},1,waiting,,`);
  expect(text).not.toContain('@');
  expect((await ana.page.request.get(`${guests}/guests.csv`)).status()).toBe(404);
});

test('a reported event is cancelled by a moderator, and its host and guests read why', async ({ reader, moderator }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const runa = await reader('Runa');
  const title = unique('Sale of everything ');
  await host(wren.page, title, '4');
  const evening = `${await wren.page.getByRole('link', { name: 'See its page' }).getAttribute('href')}`;
  await ana.page.goto(evening);
  await press(ana.page, 'Take seats');

  await runa.page.goto(evening);
  await runa.page.getByRole('link', { name: 'Report this event' }).click();
  await choose(runa.page, 'reason', 'spam');
  await fill(runa.page, { details: 'It sells kettles.' });
  await sendTwice(runa.page, () => press(runa.page, 'Send the report'));
  await expect(runa.page.getByText('Your report is with the moderators.')).toBeVisible();
  const report = runa.page.url();

  const staff = moderator.page;
  await staff.goto('/admin/queue?kind=event');
  await staff.getByRole('main').getByRole('link', { name: title }).click();
  await expect(staff.getByText('It sells kettles.')).toBeVisible();
  await expect(staff.getByText('Bring three books.')).toBeVisible();
  await fill(staff, { message: 'Kettles are not books.' });
  await sendTwice(staff, () => staff.locator('main button[name=verdict][value=cancel_event]').click(), false);
  await expect(staff.getByRole('status').filter({ hasText: 'Event cancelled' })).toBeVisible();

  expect((await ana.mail(/is cancelled$/)).text).toContain('A moderator writes: “Kettles are not books.”');
  expect((await wren.mail(/is cancelled by a moderator$/)).text).toContain('Kettles are not books.');
  await ana.page.goto(evening);
  await expect(ana.page.getByText('This event is cancelled.')).toBeVisible();
  await runa.page.goto(report);
  await expect(runa.page.getByText('cancelled the event')).toBeVisible();
});
