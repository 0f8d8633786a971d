import { choose, fill, press, sendTwice, unique } from '../support/page';
import { expect, test } from '../support/test';

test('a reported listing is hidden with a reason, its owner is told, and it comes back', async ({ reader, moderator, visit }) => {
  const owner = await reader('Omar');
  const title = unique('Salt and ');
  await owner.addBook(title);
  const copy = await owner.copy(title);

  const reporter = await reader('Runa');
  await reporter.page.goto(copy);
  await reporter.page.getByRole('main').getByRole('link', { name: /^Report/ }).first().click();
  await choose(reporter.page, 'reason', 'misleading');
  await fill(reporter.page, { details: 'The photo shows another edition.' });
  await sendTwice(reporter.page, () => press(reporter.page, 'Send the report'));
  await expect(reporter.page.getByText('Your report is with the moderators.')).toBeVisible();
  const report = reporter.page.url();

  const desk = moderator.page;
  await desk.goto('/admin');
  await expect(desk.getByRole('heading', { name: /^Queue/ })).toBeVisible();
  await desk.goto(`/admin/listings?q=${encodeURIComponent(title)}`);
  await desk.getByRole('link', { name: title }).click();
  await desk.getByRole('link', { name: '1 open report' }).click();
  await expect(desk.getByText('The photo shows another edition.')).toBeVisible();
  await fill(desk, { message: 'The photo shows another edition. Show your own copy.', note: 'First time.' });
  await sendTwice(desk, () => desk.locator('main button[name=verdict][value=hide]').click(), false);
  await expect(desk.getByRole('status').filter({ hasText: 'Hidden' })).toBeVisible();

  await owner.mail(/hidden/i);
  await owner.page.goto('/inbox');
  await expect(owner.page.getByRole('main').getByText(title).first()).toBeVisible();
  await owner.page.goto(`${copy}/edit`);
  await expect(owner.page.getByText('The photo shows another edition. Show your own copy.')).toBeVisible();
  const stranger = await visit();
  await stranger.goto(`/browse?q=${encodeURIComponent(title)}`);
  await expect(stranger.getByRole('main').getByRole('link', { name: title })).toHaveCount(0);
  await reporter.page.goto(report);
  await expect(reporter.page.getByRole('heading', { name: 'Your report is decided' })).toBeVisible();

  await desk.goto(`/admin/listings?which=hidden&q=${encodeURIComponent(title)}`);
  await desk.getByRole('link', { name: title }).click();
  await fill(desk, { reason: 'Thank you for the new photo.' });
  await press(desk, 'Show it again');
  await expect(desk.getByText('The listing is shown again, and its owner is told.')).toBeVisible();
  await owner.mail(/shown again|back/i);
  await stranger.goto(copy);
  await expect(stranger.getByRole('heading', { name: title })).toBeVisible();
});

test('the desk is closed to members', async ({ reader }) => {
  const { page } = await reader('Omar');
  expect((await page.goto('/admin/queue'))?.status()).toBe(404);
});
