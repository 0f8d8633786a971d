import type { Page } from '@playwright/test';
import { control, fill, IMPORTED, PASTED, press } from '../support/page';
import { logIn } from '../support/reader';
import { expect, test } from '../support/test';

const WIDTHS = [375, 768, 1280];
/** Who looks, in the demo community; nobody signed in for an empty handle. */
const LOOKS: Record<string, Record<string, string>> = {
  '': {
    home: '/',
    browse: '/browse',
    'browse-filtered': '/browse?genre=novel&sort=title',
    'browse-nothing': '/browse?q=zzzz',
    'browse-circle': '/browse?near=Edinburgh&within=100&from=1800&sort=nearest',
    'browse-others': '/browse?q=austen',
    genres: '/genres',
    genre: '/genres/poetry',
    language: '/languages/fr',
    book: '/books/1',
    author: '/authors/1',
    shelf: '/u/ana_m',
    copy: '/copies/1',
    about: '/about/trading',
    register: '/register',
    login: '/login',
    forgot: '/forgot',
    missing: '/no-such-page',
    styleguide: '/dev/styleguide',
  },
  ana_m: {
    'my-home': '/',
    'my-shelf': '/shelf',
    'my-add': '/shelf/add',
    'my-many': '/shelf/add/many',
    'my-scan': '/shelf/add/scan',
    'my-new-book': '/shelf/add/new',
    'my-imports': '/shelf/import',
    'my-trades': '/trades?show=open',
    'my-trades-done': '/trades?show=done',
    'my-proposal': '/trades/new?with=old_margin',
    'my-inbox': '/inbox',
    'my-settings': '/settings',
    'my-profile': '/settings/profile',
    'my-sessions': '/settings/sessions',
    'my-notifications': '/settings/notifications',
    'my-leaving': '/settings/delete',
    'my-account': '/settings/account',
    'my-holidays': '/settings/away',
    'my-blocks': '/settings/blocked',
  },
  bea_k: {
    'admin-queue': '/admin/queue',
    'admin-overview': '/admin/overview',
    'admin-listings': '/admin/listings',
    'admin-listing': '/admin/listings/1',
    'admin-books': '/admin/books?q=the',
    'admin-corrections': '/admin/corrections',
    'admin-book': '/admin/books/1',
    'admin-merge-editions': '/admin/editions/merge?keep=1&drop=2',
    'admin-merge': '/admin/books/merge?keep=309&drop=310',
    'admin-members': '/admin/members',
    'admin-member': '/admin/members/ana_m',
    'admin-trades': '/admin/trades',
    'admin-trade': '/admin/trades/1',
    'admin-decisions': '/admin/decisions',
    'admin-jobs': '/admin/jobs?state=done',
    'admin-mail': '/admin/mail',
    'admin-suspend': '/admin/members/ana_m/suspend',
    'admin-audit': '/admin/audit',
  },
};

test.setTimeout(300_000);

/** Takes the page in every width, in light and dark. */
async function shoot(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of WIDTHS) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `shots/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
}

for (const [handle, pages] of Object.entries(LOOKS))
  test(`pictures for ${handle || 'a visitor'}`, async ({ page }) => {
    if (handle) await logIn(page, handle, 'dogear-demo');
    for (const [name, path] of Object.entries(pages)) {
      const response = await page.goto(path);
      expect.soft(response?.status(), path).toBe(name === 'missing' ? 404 : 200);
      await shoot(page, name);
    }
    if (handle === 'ana_m') {
      await page.goto('/trades?show=done');
      await page.locator('.tradelist a').first().click();
      await expect(page).toHaveURL(/\/trades\/\d+$/);
      await shoot(page, 'my-trade');
      await page.goto('/trades?show=open');
      await page.locator('.tradelist a').first().click();
      await shoot(page, 'my-open-trade');
      await page.goto('/shelf/add/many');
      await fill(page, { lines: PASTED.join('\n') });
      await press(page, 'Look at the list');
      await expect(page.getByRole('heading', { name: 'Are these your books?' })).toBeVisible();
      await shoot(page, 'my-pasted');
      await page.goto('/shelf/import');
      await control(page, 'file').setInputFiles({ name: 'books.csv', mimeType: 'text/csv', buffer: Buffer.from(IMPORTED) });
      await press(page, 'Look at the file');
      await expect(page.getByText('This looks like')).toBeVisible();
      await shoot(page, 'my-import');
      const imported = page.url();
      await page.goto(`${imported}/rows`);
      await shoot(page, 'my-import-rows');
      await page.goto(imported);
      await press(page, 'Add these books');
      await expect(page.getByRole('heading', { name: 'The import is finished' })).toBeVisible({ timeout: 30_000 });
      await shoot(page, 'my-import-done');
      await page.goto('/shelf/add/scan');
      for (const isbn of ['9780141439556', '9780141439556', '9780306406157']) {
        await fill(page, { isbn });
        await press(page, 'Add');
        await expect(page.locator('#scan')).toHaveAttribute('data-said', /./);
      }
      await shoot(page, 'my-scanned');
      await page.goto('/browse');
      await page.getByRole('combobox').first().fill('dost');
      await page.getByRole('option').first().waitFor();
      await shoot(page, 'suggestions');
      await page.goto('/u/old_margin');
      await page.getByRole('link', { name: 'Report this reader' }).click();
      await expect(page).toHaveURL(/\/report\?/);
      await shoot(page, 'report');
    }
    if (handle === 'bea_k') {
      await page.goto('/admin/queue');
      await page.locator('.queuelist tbody a').first().click();
      await expect(page).toHaveURL(/\/admin\/queue\/\w+\/\d+/);
      await shoot(page, 'admin-case');
      await page.goto('/admin/queue?kind=trade');
      await page.locator('.queuelist tbody a').first().click();
      await expect(page.getByRole('button', { name: 'End the trade' })).toBeVisible();
      await shoot(page, 'admin-problem');
    }
  });

test('pictures for an admin', async ({ admin }) => {
  expect((await admin.page.goto('/admin/settings'))?.status()).toBe(200);
  await shoot(admin.page, 'admin-settings');
});
