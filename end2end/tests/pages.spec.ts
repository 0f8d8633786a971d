import { crawl, inspect } from '../support/crawl';
import { logIn } from '../support/reader';
import { expect, test } from '../support/test';

// Where the crawls begin: the first page, and pages that no link leads to.
const VISITOR = ['/', '/login', '/register', '/register/sent', '/forgot', '/forgot/sent', '/verify', '/browse?q=zzzz', '/dev/styleguide'];
const READER = ['/', '/shelf', '/shelf/add/new', '/trades', '/inbox', '/settings'];
const MODERATOR = ['/admin', '/admin/overview'];
/** Members of the demo community, and their password. */
const DEMO = { reader: 'ana_m', moderator: 'bea_k', password: 'dogear-demo' };

// A trace of a whole crawl would fill the disk.
test.use({ trace: 'off' });

test.describe('every page is sound for', () => {
  test.setTimeout(600_000);

  test('visitors', async ({ page }) => {
    const { kinds, problems } = await crawl(page, VISITOR);
    expect.soft(problems).toEqual([]);
    expect(kinds).toEqual(expect.arrayContaining(['/', '/about/privacy', '/authors/:', '/books/:', '/browse', '/register', '/u/:']));
  });

  test('readers', async ({ page }) => {
    await logIn(page, DEMO.reader, DEMO.password);
    const { kinds, problems } = await crawl(page, READER);
    expect.soft(problems).toEqual([]);
    expect(kinds).toEqual(expect.arrayContaining(['/shelf/add', '/copies/:', '/copies/:/edit', '/trades/:', '/settings/account']));
  });

  test('moderators', async ({ page }) => {
    await logIn(page, DEMO.moderator, DEMO.password);
    const { kinds, problems } = await crawl(page, MODERATOR, '/admin');
    expect.soft(problems).toEqual([]);
    expect(kinds).toEqual(expect.arrayContaining(['/admin/queue', '/admin/queue/copy/:', '/admin/members/:', '/admin/audit']));
  });
});

test('the page for a wrong address is sound', async ({ page }) => {
  const response = await page.goto('/no-such-page');
  expect(response?.status()).toBe(404);
  expect(await inspect(page)).toEqual([]);
});
