import type { Page } from '@playwright/test';
import { choose, control, fill, isbn, press, unique } from '../support/page';
import { Reader } from '../support/reader';
import { expect, test } from '../support/test';

/** Opens a page and waits until its islands are alive; leaves a mark that a reload would wipe out. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.locator('html[data-ready]')).toBeAttached();
  await page.evaluate(() => Object.assign(window, { mark: true }));
}

/** Whether everything since `open` happened in the same page. */
function inPlace(page: Page): Promise<boolean> {
  return page.evaluate(() => 'mark' in window);
}

test('the theme changes in place, and the next page comes with it at once', async ({ page }) => {
  await open(page, '/');
  await page.getByRole('button', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  expect(await inPlace(page)).toBe(true);
  const html = await (await page.request.get('/')).text();
  expect(html, 'the theme is in the first bytes').toMatch(/^<!doctype html><html[^>]* data-theme="dark"/i);
});

test('a form is sent in place: problems are shown, then it goes through, and back works', async ({ page }) => {
  const joins = new Reader(page, 'Noor');
  await open(page, '/');
  await open(page, '/register');
  await fill(page, { email: joins.email, display_name: joins.name, handle: joins.handle, password: 'short' });
  await press(page, 'Join');
  await expect(page.locator('#problem')).toBeFocused();
  await expect(page).toHaveURL('/register');
  await expect(control(page, 'handle')).toHaveValue(joins.handle);
  await fill(page, { password: joins.password });
  await press(page, 'Join');
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
  await expect(page).toHaveURL('/register/sent');
  await expect(page.locator('#main')).toBeFocused();
  expect(await inPlace(page)).toBe(true);
  await page.goBack();
  await expect(page).toHaveURL('/register');
  await expect(page.getByRole('heading', { name: 'Join Dogear' })).toBeVisible();
  await page.goBack();
  await expect(page).toHaveURL('/');
  await joins.mail(/confirm/i);
});

test('a form that is not taken keeps what was typed, says why, and can be sent again', async ({ page }) => {
  const joins = new Reader(page, 'Noor');
  await open(page, '/register');
  const typed = { email: joins.email, display_name: joins.name, handle: joins.handle, password: joins.password };
  await fill(page, typed);
  const answers = [
    { status: 429, contentType: 'text/html', body: '<main><h1>Wait a little</h1><p class="lead">That was too many tries.</p></main>' },
    { status: 429, contentType: 'text/html', body: '<main><div id="problem"><h2>There is a problem</h2><p>Wait a little. That was too many tries.</p></div><h1>Join Dogear</h1></main>' },
    { status: 401, contentType: 'text/html', body: '<main><h1>Log in first</h1><p class="lead">Your session has ended.</p><a href="/login?next=%2Fregister" data-log-in="/login?next=%2Fregister">Log in</a></main>' },
    { status: 403, contentType: 'text/plain', body: '' },
  ];
  for (const answer of answers) {
    await page.route('**/register', (route) => route.fulfill(answer), { times: 1 });
    await press(page, 'Join');
    const problem = page.locator('#problem');
    await expect(problem).toBeFocused();
    await expect(problem).toHaveCount(1);
    if (answer.body) await expect(problem).toContainText(/too many tries|Your session has ended/);
    await expect(problem.getByRole('link')).toHaveCount(answer.status === 401 ? 1 : 0);
    await expect(control(page, 'handle')).toHaveValue(joins.handle);
  }
  await expect(page.locator('#problem')).toContainText('That did not work');
  await page.route('**/register', (route) => route.abort(), { times: 1 });
  await press(page, 'Join');
  await expect(page.locator('#problem')).toContainText('The site cannot be reached');
  await expect(control(page, 'email')).toHaveValue(joins.email);
  await press(page, 'Join');
  await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
  expect(await inPlace(page)).toBe(true);
  await joins.mail(/confirm/i);
});

test('a double click sends once', async ({ reader }) => {
  const { page } = await reader('Noor');
  const title = unique('Twice ');
  await open(page, `/shelf/add/new?isbn=${isbn()}`);
  await fill(page, { title, authors: 'Noor Example' });
  await choose(page, 'grade', 'good');
  const sent: string[] = [];
  page.on('request', (request) => { if (request.method() === 'POST' && request.headers()['accept'] === 'text/html') sent.push(request.url()); });
  await page.getByRole('button', { name: 'Add to my shelf' }).dblclick();
  await expect(page.getByText(`“${title}” is on your shelf`)).toBeVisible();
  expect(sent).toHaveLength(1);
  await page.goto('/shelf');
  await expect(page.getByRole('main').getByRole('link', { name: title, exact: true })).toHaveCount(1);
});

test('a known book is found with the keyboard alone', async ({ reader }) => {
  const noor = await reader('Noor');
  const title = unique('Harbour ');
  await noor.addBook(title);
  const { page } = noor;
  await open(page, '/shelf/add');
  const box = page.getByRole('combobox', { name: 'ISBN or title' });
  await box.focus();
  await page.keyboard.type(title.slice(0, -2));
  const option = page.getByRole('option', { name: title });
  await expect(option).toBeVisible();
  await expect(box).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(option).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('Escape');
  await expect(box).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('Backspace');
  await expect(option).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Your copy' })).toBeVisible();
  await expect(page.getByText(title).first()).toBeVisible();
});

test('the search box suggests while typing and goes where the keys say', async ({ page }) => {
  await open(page, '/about/trading');
  const box = page.getByRole('combobox', { name: 'Search books' });
  await box.pressSequentially('middlem');
  const options = page.getByRole('option');
  await expect(options.first()).toContainText('Middlemarch');
  await expect(box).toHaveAttribute('aria-expanded', 'true');
  await box.press('ArrowDown');
  await expect(box).toHaveAttribute('aria-activedescendant', 'q-0');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await box.press('Escape');
  await expect(options).toHaveCount(0);
  // Without a chosen one, Enter asks for everything.
  await box.press('Enter');
  await expect(page).toHaveURL(/\/browse\?q=middlem/);

  await open(page, '/about/trading');
  await box.pressSequentially('austen');
  await expect(page.getByRole('option', { name: /Authors.*Jane Austen/ })).toBeVisible();
  await box.press('End');
  await box.press('ArrowDown');
  await box.press('ArrowUp');
  await expect(box).toHaveAttribute('aria-activedescendant', /q-\d+/);
  await box.press('Enter');
  await expect(page).toHaveURL(/\/browse\?q=austen/);
});

test('what was searched for lately is offered again, and forgotten when told so', async ({ page }) => {
  for (const words of ['middlemarch', 'solaris']) await open(page, `/browse?q=${words}`);
  await open(page, '/');
  const box = page.getByRole('combobox', { name: 'Search books' });
  await box.focus();
  const options = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
  await expect(options).toHaveText([/Searched lately\s*solaris/, 'middlemarch', 'Forget these searches']);
  await box.press('ArrowDown');
  await box.press('ArrowDown');
  await box.press('Enter');
  await expect(page).toHaveURL('/browse?q=middlemarch');
  await open(page, '/');
  await box.focus();
  await expect(options.first()).toContainText('middlemarch');
  await box.press('ArrowUp');
  await box.press('Enter');
  await expect(options).toHaveCount(0);
  await open(page, '/');
  await box.focus();
  await expect(options).toHaveCount(0);
});

test('on the desk one key accepts the correction whose row has the focus', async ({ reader, moderator }) => {
  const member = await reader('Cora');
  const title = unique('Slat or ');
  await member.addBook(title);
  await member.page.goto(`/browse?q=${encodeURIComponent(title)}`);
  await member.page.getByRole('main').getByRole('link', { name: title }).first().click();
  await member.page.getByRole('link', { name: 'Suggest a correction' }).click();
  await fill(member.page, { subtitle: 'A sea book' });
  await press(member.page, 'Send the suggestion');
  await expect(member.page.getByText('Your suggestion is with the moderators.')).toBeVisible();

  const staff = moderator.page;
  await open(staff, '/admin/corrections');
  await staff.keyboard.press('j');
  await expect(staff.locator('.corrections [data-row]').first()).toBeFocused();
  await staff.getByRole('listitem').filter({ hasText: title }).getByRole('link', { name: title }).focus();
  await staff.keyboard.press('a');
  await expect(staff.getByRole('status').filter({ hasText: `Accepted: “${title}”.` })).toBeVisible();
});
