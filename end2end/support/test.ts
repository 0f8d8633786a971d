import { test as base, expect, type Browser, type Locator, type Page } from '@playwright/test';
import { randomInt } from 'node:crypto';
import { Watch } from './watch';

interface Fixtures {
  /** Opens another browser session, with its own cookies, watched as every page is. */
  visit: () => Promise<Page>;
}

/** Every test is watched: what a page must never do fails it at the end. */
export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => {
    await use(process.env.DOGEAR_URL);
  },
  visit: async ({ browser, baseURL }, use) => {
    const watches: Watch[] = [];
    const contexts: Awaited<ReturnType<Browser['newContext']>>[] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL });
      contexts.push(context);
      watches.push(new Watch(context));
      return context.newPage();
    });
    const problems = (await Promise.all(watches.map((watch) => watch.all()))).flat();
    await Promise.all(contexts.map((context) => context.close()));
    expect(problems).toEqual([]);
  },
  context: async ({ context }, use) => {
    const watch = new Watch(context);
    await use(context);
    expect(await watch.all()).toEqual([]);
  },
});

export { expect };

/** Letters and digits that no other test uses. */
export function unique(prefix: string): string {
  return `${prefix}${Date.now().toString(36).slice(-5)}${randomInt(36 ** 3).toString(36)}`;
}

/** Types into the controls of the page's content, by name. */
export async function fill(scope: Page | Locator, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values)) await control(scope, name).fill(value);
}

/** The visible control with this name. */
export function control(scope: Page | Locator, name: string): Locator {
  return scope.locator(`main [name="${name}"]:not([type=hidden])`);
}

/** Presses the one button of the page's content with this label. */
export function press(scope: Page, label: string | RegExp): Promise<void> {
  return scope.getByRole('main').getByRole('button', { name: label }).click();
}
