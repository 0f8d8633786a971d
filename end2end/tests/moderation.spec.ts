import { choose, control, fill, press, sendTwice, unique } from '../support/page';
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

  const staff = moderator.page;
  await staff.goto('/admin');
  await expect(staff.getByRole('heading', { name: /^Queue/ })).toBeVisible();
  await staff.goto(`/admin/listings?q=${encodeURIComponent(title)}`);
  await staff.getByRole('link', { name: title }).click();
  await staff.getByRole('link', { name: '1 open report' }).click();
  await expect(staff.getByText('The photo shows another edition.')).toBeVisible();
  await fill(staff, { message: 'The photo shows another edition. Show your own copy.', note: 'First time.' });
  await sendTwice(staff, () => staff.locator('main button[name=verdict][value=hide]').click(), false);
  await expect(staff.getByRole('status').filter({ hasText: 'Hidden' })).toBeVisible();

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

  await staff.goto(`/admin/listings?which=hidden&q=${encodeURIComponent(title)}`);
  await staff.getByRole('link', { name: title }).click();
  await fill(staff, { reason: 'Thank you for the new photo.' });
  await press(staff, 'Show it again');
  await expect(staff.getByText('The listing is shown again, and its owner is told.')).toBeVisible();
  await owner.mail(/shown again|back/i);
  await stranger.goto(copy);
  await expect(stranger.getByRole('heading', { name: title })).toBeVisible();
});

test('a member is suspended, told why, and restored', async ({ reader, moderator }) => {
  const member = await reader('Sten');
  const staff = moderator.page;
  await staff.goto(`/admin/find?q=${member.handle}`);
  await expect(staff).toHaveURL(`/admin/members/${member.handle}`);
  await staff.getByRole('main').getByRole('link', { name: 'Suspend', exact: true }).click();
  await control(staff, 'days').selectOption('30');
  await fill(staff, { reason: '', note: 'Second time.' });
  await press(staff, 'Suspend');
  await expect(staff.getByRole('alert')).toContainText('Write what the member will read.');
  await expect(control(staff, 'days')).toHaveValue('30');
  await expect(control(staff, 'note')).toHaveValue('Second time.');
  await fill(staff, { reason: 'Three parcels never left.' });
  await sendTwice(staff, () => press(staff, 'Suspend'));
  await expect(staff.getByText(`${member.handle} is suspended and told why.`)).toBeVisible();

  expect((await member.mail(/suspended until/)).text).toContain('Three parcels never left.');
  expect((await member.page.goto('/shelf/add'))?.status()).toBe(403);
  await expect(member.page.getByText('Your account is suspended until').first()).toBeVisible();

  await staff.getByRole('main').getByRole('link', { name: 'Restore', exact: true }).click();
  await fill(staff, { reason: 'They were posted on Monday.' });
  await sendTwice(staff, () => press(staff, 'Restore'));
  await expect(staff.getByText(`${member.handle} is in good standing again and told so.`)).toBeVisible();
  await member.mail(/good standing/);
  await member.page.goto('/shelf/add');
  await expect(control(member.page, 'q')).toBeVisible();
});

test('an admin gives and takes a role, and both stand in the audit log', async ({ reader, admin }) => {
  const helper = await reader('Hal');
  const staff = admin.page;
  for (const [role, label, status] of [
    ['moderator', 'Moderator', 200],
    ['member', 'Member', 404],
  ] as const) {
    await staff.goto(`/admin/members/${helper.handle}`);
    await staff.getByRole('main').getByRole('link', { name: 'Change role' }).click();
    await control(staff, 'role').selectOption(role);
    await fill(staff, { reason: `Is to be a ${role}.`, password: admin.password });
    await sendTwice(staff, () => press(staff, 'Change the role'));
    await expect(staff.getByText(`${helper.handle} is now: ${label}.`)).toBeVisible();
    expect((await helper.page.goto('/admin/queue'))?.status()).toBe(status);
    expect((await helper.page.goto('/admin/settings'))?.status()).toBe(404);
  }

  await staff.goto('/admin/audit');
  await fill(staff, { actor: admin.handle, action: 'member.role' });
  await press(staff, 'Show');
  await expect(staff.getByRole('main').locator('tbody tr')).toHaveCount(2);
  await expect(staff.getByText('role: member → moderator')).toBeVisible();
  await expect(staff.getByText('role: moderator → member')).toBeVisible();
  await press(staff, 'Check the chain');
  await expect(staff.getByRole('main').getByRole('status').filter({ hasText: 'The chain is whole' })).toBeVisible();
});

test('an admin changes a deadline and puts it back', async ({ admin }) => {
  const staff = admin.page;
  await staff.goto('/admin/queue');
  await staff.getByRole('navigation', { name: 'Moderation' }).getByRole('link', { name: 'Settings' }).click();
  await fill(staff, { post_reminder_days: '500', reason: 'The post is slow.' });
  await press(staff, 'Save the settings');
  await expect(staff.getByRole('alert')).toContainText('enter a whole number from 1 to 119');
  await expect(control(staff, 'post_reminder_days')).toHaveValue('500');
  await expect(control(staff, 'reason')).toHaveValue('The post is slow.');
  await fill(staff, { post_reminder_days: '15' });
  await sendTwice(staff, () => press(staff, 'Save the settings'));
  await expect(staff.getByText('Saved: Question whether it has arrived.')).toBeVisible();
  await expect(staff.getByText('post_reminder_days: 14 → 15').first()).toBeVisible();
  await press(staff, /^Back to the default of 14/);
  await expect(staff.getByText('post_reminder_days: 15 → 14').first()).toBeVisible();
  await expect(control(staff, 'post_reminder_days')).toHaveValue('14');
});

test('a trade that a problem holds is judged by both records and brought to its end', async ({ moderator }) => {
  const staff = moderator.page;
  await staff.goto('/admin/queue?kind=trade');
  await staff.locator('.queuelist tbody a').first().click();
  await expect(staff).toHaveURL(/\/admin\/queue\/trade\/\d+/);
  await expect(staff.getByRole('heading', { name: 'As it was agreed' })).toBeVisible();
  await expect(staff.getByRole('heading', { name: 'As it is reported' })).toBeVisible();
  await choose(staff, 'outcome', 'cancel');
  await fill(staff, { statement: 'Both of you tell it alike.' });
  await press(staff, 'End the trade');
  await expect(staff.getByRole('alert')).toContainText('Tick that this is to be final.');
  await expect(control(staff, 'statement')).toHaveValue('Both of you tell it alike.');
  await expect(staff.locator('main [name=outcome][value=cancel]')).toBeChecked();
  await choose(staff, 'sure', 'on');
  await sendTwice(staff, () => press(staff, 'End the trade'), false);
  await expect(staff.getByText(/^Trade \d+ has ended, and everybody in it is told why\.$/)).toBeVisible();
});

test('the jobs by state, and a mail with its text', async ({ moderator }) => {
  const staff = moderator.page;
  await staff.goto('/admin/jobs');
  const tabs = staff.getByRole('navigation', { name: 'States' });
  for (const state of ['Will retry', 'Stopped', 'Done']) {
    await tabs.getByRole('link', { name: new RegExp(`^${state}`) }).click();
    await expect(tabs.getByRole('link', { name: new RegExp(`^${state}`) })).toHaveAttribute('aria-current', 'page');
  }
  await expect(staff.getByRole('main').locator('tbody tr').filter({ hasText: 'send mail' }).first()).toBeVisible();

  await staff.goto('/admin/mail');
  await fill(staff, { q: moderator.handle });
  await press(staff, 'Show');
  const sent = staff.getByRole('main').locator('tbody tr').filter({ has: staff.locator('.tag', { hasText: /^sent$/ }) });
  await sent.filter({ hasText: 'Confirm your e-mail address' }).first().getByRole('link').first().click();
  await expect(staff.getByText('This mail held a link that opens an account, so its text was not kept.')).toBeVisible();
  await expect(staff.locator('main')).not.toContainText(/\/verify\/\w/);
  await expect(staff.getByRole('button', { name: 'Send again' })).toHaveCount(0);
});

test('a reader corrects a book, a moderator accepts it, and the reader is told', async ({ reader, moderator }) => {
  const member = await reader('Cora');
  const title = unique('Slat and ');
  await member.addBook(title);
  await member.page.goto(`/browse?q=${encodeURIComponent(title)}`);
  await member.page.getByRole('main').getByRole('link', { name: title }).first().click();
  await member.page.getByRole('link', { name: 'Suggest a correction' }).click();
  const right = title.replace('Slat', 'Salt');
  await fill(member.page, { title: right, subtitle: 'A sea book', note: 'So it stands on the spine.' });
  await sendTwice(member.page, () => press(member.page, 'Send the suggestion'));
  await expect(member.page.getByText('Your suggestion is with the moderators.')).toBeVisible();
  await expect(member.page.getByRole('heading', { name: title })).toBeVisible();
  const book = member.page.url();

  const staff = moderator.page;
  await staff.goto('/admin/corrections?state=open&page=1');
  await expect(staff.getByRole('heading', { name: /^Corrections/ })).toBeVisible();
  const row = staff.getByRole('listitem').filter({ hasText: title });
  await expect(row.getByText('So it stands on the spine.')).toBeVisible();
  await row.getByRole('button', { name: /^Accept/ }).click();
  await expect(staff.getByRole('status').filter({ hasText: `Accepted: “${right}”.` })).toBeVisible();

  await member.page.goto(book);
  await expect(member.page.getByRole('heading', { name: right })).toBeVisible();
  await expect(member.page.getByText('A sea book').first()).toBeVisible();
  await member.page.goto('/inbox');
  await expect(member.page.getByText(`Your correction of “${right}”: a moderator has taken it over.`)).toBeVisible();
});

test('the desk is closed to members', async ({ reader }) => {
  const { page } = await reader('Omar');
  expect((await page.goto('/admin/queue'))?.status()).toBe(404);
});
