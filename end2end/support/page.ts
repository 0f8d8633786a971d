import { expect, type Locator, type Page, type Request } from '@playwright/test';
import { randomInt } from 'node:crypto';

/** Letters and digits that no other test uses. */
export function unique(prefix: string): string {
  return `${prefix}${Date.now().toString(36).slice(-5)}${randomInt(36 ** 3).toString(36)}`;
}

/** An ISBN that no book has, or at least none in these tests. */
export function isbn(): string {
  const digits = `979${String(randomInt(1e9)).padStart(9, '0')}`;
  const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (place % 2 === 0 ? 1 : 3), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** The control of the page's content with this name. */
export function control(page: Page, name: string): Locator {
  return page.locator(`main [name="${name}"]:not([type=hidden])`);
}

/** Types into the controls of the page's content, by name. */
export async function fill(page: Page, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await control(page, name).fill(value);
}

/** Ticks a box, or chooses one of several, by name and value. */
export function choose(page: Page, name: string, value: string): Promise<void> {
  return page.locator(`main [name="${name}"][value="${value}"]`).check();
}

/** Presses the one button of the page's content with this label. */
export function press(page: Page, label: string | RegExp): Promise<void> {
  return page.getByRole('main').getByRole('button', { name: label, exact: typeof label === 'string' }).click();
}

/** A form that asks for a page, not what a script sends by itself. */
function isForm(request: Request): boolean {
  return request.method() === 'POST' && (request.isNavigationRequest() || `${request.headers().accept}`.includes('text/html'));
}

/**
 * Sends a form by `act`, then the very same form again, as browsers do on going back or on an
 * impatient second click. Both times the answer must be the same; `sameAnswer` is false where the
 * answer leads on to the next of several things to do.
 */
export async function sendTwice(page: Page, act: () => Promise<void>, sameAnswer = true): Promise<void> {
  const [request] = await Promise.all([page.waitForRequest(isForm), act()]);
  const first = await request.response();
  const again = await page.request.post(request.url(), {
    data: request.postData() ?? '',
    headers: {
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      origin: new URL(request.url()).origin,
    },
    maxRedirects: 0,
    // A kept connection may have been closed by the server meanwhile; browsers try again, too.
    maxRetries: 1,
  });
  expect(again.status()).toBe(303);
  if (sameAnswer) expect(again.headers().location).toBe(first?.headers().location);
}

/** A list of books of the demo community with a line of each kind: found, in several editions, to choose from, twice, wrong, not found. */
export const PASTED = [
  'Middlemarch – George Eliot',
  'Dune by Frank Herbert',
  'Emma',
  'Dune; Frank Herbert',
  '978-0-306-40615-8',
  '978-0-306-40615-7',
  'No such book – Nobody',
];

/** A table with a row of each kind in the demo community: known, new, to choose from, there already, wrong, of no use. */
export const IMPORTED = [
  'Title,Author,ISBN,Status,Condition',
  'Middlemarch,George Eliot,,owned,Very good',
  'The Lighthouse Keeper’s Ledger,Ida Example,,owned,Good',
  'Emma,Somebody Else,,owned,',
  'Dune,Frank Herbert,978-0-306-40615-8,owned,',
  'No such book,,,owned,',
  'Solaris,Stanisław Lem,,to-read,',
].join('\n');
