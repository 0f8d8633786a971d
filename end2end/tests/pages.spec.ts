import type { Page } from '@playwright/test';
import { Tour } from '../support/crawl';
import { choose, control, fill, IMPORTED, PASTED, press, unique } from '../support/page';
import { day, host } from '../support/host';
import { logIn, Reader } from '../support/reader';
import { expect, test } from '../support/test';

/** Members of the demo community, and their password. */
const DEMO = { reader: 'ana_m', moderator: 'bea_k', password: 'dogear-demo' };
/** Every state that anybody but its author sees a trade in. */
const STATES = ['proposed', 'agreed', 'completed', 'declined', 'withdrawn', 'expired', 'superseded', 'cancelled', 'disputed', 'resolved'];
/** Pages of events, and of what stands around them. */
const EVENTS = /^\/(events|seats|host|venues|calendar|organisations|invitations)\b/;
/** Answers that have a page of their own words. */
const ERRORS = [400, 401, 403, 404, 405, 409, 413, 429, 500, 503];

// A trace of a whole walk would fill the disk.
test.use({ trace: 'off' });

/** The newest link to such a path in any mail, its text or its headers. */
async function mailed(page: Page, path: string): Promise<string> {
  let found: string | undefined;
  await expect
    .poll(async () => {
      const mails = await (await page.request.get('/dev/mail.json')).text();
      const paths = (mails.match(/https?:\/\/[^\s"<>\\]+/g) ?? []).filter((link) => URL.canParse(link)).map((link) => new URL(link).pathname);
      return (found = paths.find((candidate) => candidate.startsWith(path)));
    })
    .toBeDefined();
  return found ?? '';
}

test.describe('every page is sound for', () => {
  test.setTimeout(900_000);

  test('visitors', async ({ page, visit, reader }) => {
    const tour = await Tour.begin(page);
    await tour.walk(page, ['/', '/login', '/register', '/register/sent', '/forgot', '/forgot/sent', '/verify', '/developers', '/browse?q=zzzz', '/browse?near=Leeds&within=50&from=1900', '/genres', '/genres/poetry', '/top-rated', '/give', '/give/1', '/books/1-middlemarch/reviews', '/u/old_margin/reviews', '/languages/cy', '/series/1', '/u/old_margin/reading', '/copies/1', '/lists/1', '/organisations/1-perth-library', '/events?q=lamplight&town=Glasgow&within=50', '/events?q=zzzz&kind=reading', '/events/month', '/events/month?q=zzzz', '/events/2/books', '/dev/mail', '/dev/styleguide']);
    for (const path of ['/login', '/register', '/verify', '/forgot']) await tour.refuse(page, path);
    for (const status of ERRORS) await tour.fail(page, `/dev/errors/${status}`, status);
    for (const path of ['/no-such-page', '/isbn/9780000000002']) await tour.fail(page, path, 404);

    const noor = new Reader(await visit(), 'Noor');
    await noor.page.goto('/register');
    await fill(noor.page, { email: noor.email, display_name: noor.name, handle: noor.handle, password: noor.password });
    await press(noor.page, 'Join');
    await tour.walk(page, [await noor.link('/verify/')], '/verify/');
    const ida = await reader('Ida');
    await page.goto('/forgot');
    await fill(page, { email: ida.email });
    await press(page, 'Send the link');
    const reset = await ida.link('/reset/');
    await tour.walk(page, [reset], '/reset/');
    await tour.refuse(page, reset, { typed: 'short' });
    await tour.fail(page, '/reset/spent', 410);
    await ida.page.goto('/settings/account');
    const elsewhere = `${unique('ida')}@example.org`;
    await fill(ida.page, { email: elsewhere, email_password: ida.password });
    await press(ida.page, 'Change the address');
    await tour.walk(page, [await mailed(page, '/email/')], '/email/');
    // A letter to somebody in a trade can be unsubscribed from.
    const ana = await visit();
    await logIn(ana, DEMO.reader, DEMO.password);
    // One that waits for her: nobody writes twice before they are answered.
    await ana.goto('/trades');
    await ana.locator('.tradelist a').first().click();
    await fill(ana, { message: 'Is Monday good for you?' });
    await press(ana, 'Send the message');
    await tour.walk(page, [await mailed(page, '/unsubscribe/')], '/unsubscribe/');
    // Whoever is invited has a secret link.
    const kettle = await visit();
    await logIn(kettle, 'kettle_and_quire', DEMO.password);
    await kettle.goto('/host');
    await kettle.getByRole('link', { name: 'Supper for the lenders of the shelf' }).click();
    await kettle.getByRole('link', { name: 'Guests and settings' }).click();
    const invited = new URL(await kettle.getByLabel('Send this link to those whom you invite').inputValue()).pathname;
    await tour.walk(page, [invited], '/invitations/');

    tour.checkSent();
    expect.soft(tour.problems).toEqual([]);
    expect(tour.missed('anyone')).toEqual([]);
  });

  test('readers', async ({ page, visit }) => {
    await logIn(page, DEMO.reader, DEMO.password);
    const tour = await Tour.begin(page, (path) => !EVENTS.test(path));
    await tour.walk(page, ['/', '/shelf', '/shelf?tab=archived', '/shelf?tab=lent', '/loans', '/loans?f=borrowed', '/give', '/give/1', '/give/2', '/give/3', '/shelf/add', '/shelf/add/many', '/shelf/add/scan', '/shelf/add/new', '/reading', '/reading/books/1', '/reading/books/1/add', '/trades', '/cart', '/checkout', '/orders', '/orders?f=buying', '/orders?f=selling', '/orders?f=done', '/inbox', '/searches', '/settings']);
    await page.goto('/browse?q=emma&near=Leeds&within=50&from=1800&to=1900');
    await press(page, 'Save this search and get mail');
    await tour.walk(page, ['/searches'], '/searches');
    await tour.walk(page, ['/lists', '/lists/1?find=emma', '/lists/1?show=here', '/lists/2/edit', '/lists/2/delete'], '/lists');
    await page.goto('/lists/1');
    const book = `${await page.getByRole('link', { name: /^Note and place/ }).first().getAttribute('href')}`;
    await tour.walk(page, [book], book);
    await tour.refuse(page, book, { typed: 'first' });
    await page.goto('/shelf?tab=listed');
    const offered = `${await page.locator('main tr:has(input[name=copy]:enabled) .btitle a').first().getAttribute('href')}`;
    await tour.walk(page, [`${offered}/give`], `${offered}/give`);
    for (const path of ['/lists', '/lists/2/edit', '/reading/books/1/add', '/settings/profile', '/settings/account', '/settings/blocked', '/settings/tokens', '/settings/delete', '/shelf/add/many', '/shelf/add/scan', '/shelf/add/new', '/trades/new?with=old_margin'])
      await tour.refuse(page, path);
    await tour.refuse(page, '/settings/away', { typed: '2020-01-01' });

    await page.goto('/settings/tokens');
    await fill(page, { name: 'A copy of my shelf', password: DEMO.password });
    await press(page, 'Make the token');
    await expect(page.getByLabel('The token')).toBeVisible();
    const made = new URL(page.url()).pathname;
    await tour.walk(page, [made, '/settings/tokens'], '/settings/tokens');

    await page.goto('/events/2');
    const met = `${await page.getByText('You hand over here').getByRole('link').getAttribute('href')}`;
    await tour.walk(page, [met, `${met}/meeting`], met);
    await tour.refuse(page, `${met}/meeting`);

    await page.goto('/u/hollis');
    const bought = `${await page.getByRole('main').locator('a[href$="/buy"]').first().getAttribute('href')}`;
    await page.goto('/orders?f=selling');
    await page.getByRole('link', { name: /would pay/ }).first().click();
    const haggled = `${await page.getByRole('main').locator('a[href$="/price"]').getAttribute('href')}`;
    await tour.walk(page, [bought, haggled], bought);
    for (const path of [bought, haggled]) await tour.refuse(page, path, { typed: 'a lot' });
    await page.goto('/browse?offer=lend');
    const books = await page.locator('main a[href^="/books/"]').evaluateAll((all) => all.map((a) => `${a.getAttribute('href')}`));
    let borrowed = '';
    for (const book of new Set(books)) {
      await page.goto(book);
      const link = page.getByRole('main').locator('a[href$="/borrow"]').first();
      if ((await link.count()) > 0) borrowed = `${await link.getAttribute('href')}`;
      if (borrowed !== '') break;
    }
    expect(borrowed).not.toBe('');
    await tour.walk(page, [borrowed], borrowed);
    await tour.refuse(page, borrowed, { typed: '2020-01-01' });
    await page.goto(borrowed);
    await page.getByRole('main').locator('form .btn-do').click();
    await expect(page).toHaveURL(/\/trades\/\d+$/);
    const asked = new URL(page.url()).pathname;
    await page.getByText('The whole shelf').first().click();
    await page.waitForURL(/\/u\//);
    const lender = await visit();
    await logIn(lender, new URL(page.url()).pathname.split('/')[2] ?? '', DEMO.password);
    await tour.walk(lender, [asked, `${asked}/until`], asked);

    await tour.walk(page, ['/books/1-middlemarch/correct'], '/books/1-middlemarch/correct');
    await tour.refuse(page, '/books/1-middlemarch/correct');
    await fill(page, { title: 'Middlemarch', authors: 'George Eliot', note: 'It has two prefaces.' });
    await press(page, 'Send the suggestion');
    await tour.walk(page, ['/books/1-middlemarch/correct'], '/books/1-middlemarch/correct');

    await tour.walk(page, ['/books/1-middlemarch/review', '/books/1-middlemarch/review/delete', '/books/1-middlemarch/reviews', '/top-rated', `/u/${DEMO.reader}/reviews`], '/books/1-middlemarch/review');
    await tour.refuse(page, '/books/1-middlemarch/review');

    await page.goto('/shelf/add/many');
    await fill(page, { lines: PASTED.join('\n') });
    await press(page, 'Look at the list');
    await tour.look(page, 'a pasted list');
    for (const box of await page.locator('main [type=checkbox]').all()) await box.uncheck();
    await press(page, 'Add the ticked books');
    await page.getByRole('alert').waitFor();
    await tour.look(page, 'a pasted list, refused');

    await tour.refuse(page, '/shelf/import');
    await page.goto('/shelf/import');
    await control(page, 'file').setInputFiles({ name: 'books.csv', mimeType: 'text/csv', buffer: Buffer.from(IMPORTED) });
    await press(page, 'Look at the file');
    await expect(page.getByText('This looks like')).toBeVisible();
    const imported = new URL(page.url()).pathname;
    await tour.walk(page, ['/shelf/import', imported, `${imported}/rows`, `${imported}/rows?show=doubtful`], '/shelf/import');
    await page.goto(imported);
    await page.getByText('Which column says what').click();
    await tour.look(page, 'the columns of an imported table');
    await tour.refuse(page, imported);
    await tour.refuse(page, `${imported}/rows?show=doubtful`);
    await page.goto(imported);
    await press(page, 'Add these books');
    await expect(page.getByRole('heading', { name: 'The import is finished' })).toBeVisible({ timeout: 30_000 });
    await tour.look(page, 'a finished import');
    await press(page, 'Undo the import');
    await expect(page.getByRole('heading', { name: 'The import is undone' })).toBeVisible({ timeout: 30_000 });
    await tour.look(page, 'an import that was undone');

    await page.goto('/u/old_margin');
    await page.getByRole('main').getByRole('link', { name: /^Report/ }).first().click();
    const report = new URL(page.url());
    await tour.refuse(page, report.pathname + report.search);
    await choose(page, 'reason', 'off-site');
    await fill(page, { details: 'Asks for money by mail.' });
    await press(page, 'Send the report');
    await expect(page).toHaveURL(/\/reports\/\d+$/);
    await tour.walk(page, [new URL(page.url()).pathname], '/reports/');

    // A sale that was paid online, as its buyer sees it; and how one is paid.
    await tour.walk(page, ['/settings/payments'], '/settings/payments');
    const buyer = await visit();
    await logIn(buyer, 'hollis', DEMO.password);
    await buyer.goto('/orders?f=buying');
    const paid = `${await buyer.getByRole('main').locator('a[href^="/trades/"]').filter({ hasNotText: /^$/ }).first().getAttribute('href')}`;
    await tour.walk(buyer, [`${paid}/pay`], `${paid}/pay`);
    // One that could be given back.
    await buyer.goto('/orders?f=done');
    const returnable = `${await buyer.getByRole('main').locator('a[href^="/trades/"]').filter({ hasNotText: /^$/ }).first().getAttribute('href')}`;
    await tour.walk(buyer, [`${returnable}/return`], `${returnable}/return`);

    // A swap to answer, and a parcel to send.
    for (const said of [/waits for your answer/, /Post your parcel/]) {
      await page.goto('/trades');
      const swap = `${await page.getByRole('link', { name: said }).first().getAttribute('href')}`;
      await tour.walk(page, [swap], swap);
    }

    // One trade in each state, as each of its parties sees it, and the pages of the steps that are open to them.
    const staff = await visit();
    await logIn(staff, DEMO.moderator, DEMO.password);
    for (const state of STATES) {
      await staff.goto(`/admin/trades?state=${state}`);
      const row = staff.locator('.moderation-table tbody tr').first();
      const trade = `/trades/${await row.getByRole('link').first().innerText()}`;
      for (const handle of await row.locator('a[href^="/admin/members/"]').allInnerTexts()) {
        const party = await visit();
        await logIn(party, handle, DEMO.password);
        await tour.walk(party, [trade], trade);
      }
    }
    await page.goto('/checkout');
    await press(page, /^Place/);
    await expect(page).toHaveURL(/\/orders\/placed/);
    const placed = new URL(page.url());
    await tour.walk(page, [placed.pathname + placed.search], '/orders/placed');
    tour.checkSent();
    expect.soft(tour.problems).toEqual([]);
    expect(tour.missed('reader', 'member')).toEqual([]);
  });

  test('guests and hosts', async ({ page }) => {
    await logIn(page, DEMO.reader, DEMO.password);
    const tour = await Tour.begin(page, (path) => EVENTS.test(path));
    await tour.walk(page, ['/events', '/events/month', '/events?within=25&host=kettle_and_quire', '/events/2/ticket', '/events/2/books', '/events/1/feedback', '/seats', '/seats?show=past', '/seats/google', '/host', '/venues/new'], '/events');
    await tour.refuse(page, '/venues/new');
    const hosted = await host(page, 'Tea and endpapers', '2');
    await tour.refuse(page, '/events/new');
    const evening = hosted.replace('/host/', '/events/');
    await page.goto(evening);
    await press(page, 'Hold them for 10 minutes');
    await expect(page.getByText(/seat is held for you until/)).toBeVisible();
    await tour.walk(page, [`${evening}/hold`], '/events');
    await page.goto(`${evening}/hold`);
    await press(page, 'Let it go');
    await expect(page.getByText('2 of 2 seats are free.')).toBeVisible();
    await page.goto('/host');
    const venue = `${await page.getByRole('main').locator('a[href^="/venues/"]').first().getAttribute('href')}`;
    await tour.walk(page, ['/events/new', '/host', venue, hosted, `${hosted}/edit`, `${hosted}/cancel`, `${hosted}/door`, `${hosted}/door/print`, `${hosted}/messages`, `${hosted}/codes`, `${hosted}/stalls`, `${hosted}/team`, `${hosted}/log`, `${hosted}/tasks`, `${hosted}/statistics`, '/host/statistics', '/host/3/leave'], '/host');
    for (const path of ['messages', 'codes', 'team']) await tour.refuse(page, `${hosted}/${path}`);
    await page.goto(`${hosted}/tasks`);
    await fill(page, { title: 'Carry the chairs' });
    await press(page, 'Add it');
    const task = page.getByRole('main').locator('a[href^="/host/tasks/"]').first();
    await expect(task).toBeVisible();
    await tour.walk(page, [`${await task.getAttribute('href')}`], '/host');
    for (const path of [venue, `${hosted}/edit`]) await tour.refuse(page, path);
    await tour.refuse(page, '/organisations/new');
    await page.goto('/organisations/new');
    await fill(page, { name: 'The Long Room', town: 'Leith', description: 'Books by the quay.' });
    await press(page, 'Enter the organisation');
    await expect(page).toHaveURL(/\/organisations\/\d+-the-long-room$/);
    const room = new URL(page.url()).pathname;
    const number = /\d+/.exec(room)?.[0];
    await tour.walk(page, ['/organisations/new', room, `/organisations/${number}/edit`, `/organisations/${number}/people`, '/organisations/1-perth-library'], '/organisations');
    for (const path of ['edit', 'people']) await tour.refuse(page, `/organisations/${number}/${path}`);
    const like = `/events/new?like=${hosted.split('/').pop()}`;
    await page.goto(like);
    await fill(page, { day: day(28) });
    await page.getByText('Does it come again?').click();
    await page.locator('main select[name=repeats]').selectOption('weekly');
    await fill(page, { times: '3' });
    await press(page, 'Enter the event');
    await expect(page).toHaveURL(/\/host\/\d+$/);
    const dated = new URL(page.url()).pathname;
    const dates = `${await page.getByRole('main').locator('a[href^="/host?series="]').first().getAttribute('href')}`;
    await press(page, 'Publish all 3 dates');
    await expect(page.getByText('3 dates are published.')).toBeVisible();
    await tour.walk(page, [like, '/host', dates, `${dated.replace('/host/', '/events/')}/dates`, dated, `${dated}/edit`, `${dated}/cancel`], '/host');
    await tour.refuse(page, `${dated}/edit`);
    tour.checkSent();
    expect.soft(tour.problems).toEqual([]);
    expect(tour.missed('reader', 'member')).toEqual([]);
  });

  test('moderators', async ({ page }) => {
    await logIn(page, DEMO.moderator, DEMO.password);
    const tour = await Tour.begin(page);
    await page.goto('/admin/members?among=suspended');
    const suspended = await page.locator('.moderation-table tbody a').first().getAttribute('href');
    await page.goto('/admin/jobs?state=done');
    const job = /\d+/.exec(await page.locator('.moderation-table tbody td').first().innerText())?.[0];
    await page.goto('/admin/queue?kind=copy');
    const listing = await page.locator('.queuelist tbody a').first().getAttribute('href');
    await page.goto('/admin/queue?kind=trade');
    const problem = await page.locator('.queuelist tbody a').first().getAttribute('href');
    const [suspend, restore] = [`/admin/members/${DEMO.reader}/suspend`, `${suspended}/restore`];
    await tour.walk(page, ['/admin', '/admin/overview', '/admin/events', `/admin/find?q=${DEMO.reader}`, restore, suspend, `${listing}`, `${problem}`, `/admin/jobs/${job}/discard`], '/admin');
    for (const path of [suspend, `${problem}`]) await tour.refuse(page, path);
    await tour.refuse(page, `${listing}`, { button: '[value=hide]' });

    await page.goto('/admin/reviews?state=hidden');
    const review = `${await page.locator('.moderation-table tbody a').first().getAttribute('href')}`;
    await tour.walk(page, ['/admin/reviews', review], '/admin/reviews');
    await tour.walk(page, ['/admin/rounds', '/admin/rounds?state=over'], '/admin/rounds');
    await tour.walk(page, ['/admin/orders', '/admin/loans', '/admin/loans?state=overdue'], '/admin/orders');
    await tour.walk(page, ['/admin/books?q=the', '/admin/books/merge?keep=309&drop=310'], '/admin/books');
    await page.goto('/admin/books/merge?keep=309&drop=310');
    await press(page, 'Merge the two');
    await expect(page).toHaveURL(/\/admin\/books\/merges\/\d+$/);
    const merge = new URL(page.url()).pathname;
    await tour.walk(page, [merge], merge);
    await page.goto(merge);
    await press(page, 'Take the merge back');
    await expect(page.getByText('Both books are as they were.')).toBeVisible();

    await page.goto('/admin/books?q=the');
    const several = page.locator('.moderation-table a[href^="/admin/books/"]').filter({ hasText: /^[2-9]/ }).first();
    const book = `${await several.getAttribute('href')}`;
    await tour.walk(page, [book], book);
    await page.goto(book);
    await page.locator('input[name=keep]').first().check();
    await page.locator('input[name=drop]').last().check();
    await press(page, 'Compare the two');
    await page.waitForURL(/keep=/);
    const sides = new URL(page.url());
    await tour.walk(page, [sides.pathname + sides.search], '/admin/editions');
    await page.goto(sides.href);
    await press(page, 'Merge the two');
    await expect(page).toHaveURL(/\/admin\/editions\/merges\/\d+$/);
    const editions = new URL(page.url()).pathname;
    await tour.walk(page, [editions], editions);
    await page.goto(editions);
    await press(page, 'Take the merge back');
    await expect(page.getByText('Both editions are as they were.')).toBeVisible();
    tour.checkSent();
    expect.soft(tour.problems).toEqual([]);
    expect(tour.missed('moderator')).toEqual([]);
  });

  test('admins', async ({ admin }) => {
    const tour = await Tour.begin(admin.page);
    const role = `/admin/members/${DEMO.reader}/role`;
    await tour.walk(admin.page, ['/admin/settings', '/admin/payments', '/admin/broadcasts', role], '/admin/settings');
    await tour.refuse(admin.page, role);
    await tour.refuse(admin.page, '/admin/settings', { typed: 'many' });
    tour.checkSent();
    expect.soft(tour.problems).toEqual([]);
    expect(tour.missed('admin')).toEqual([]);
  });
});
