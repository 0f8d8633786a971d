import { test as base, expect, type BrowserContext, type Page } from '@playwright/test';
import { Reader } from './reader';
import { dogear } from './site';
import { Watch } from './watch';

interface Fixtures {
  /** Opens another browser session, with its own cookies, watched as every page is. */
  visit: () => Promise<Page>;
  /** Somebody with this first name registers, confirms and logs in, in a session of their own. */
  reader: (name: string) => Promise<Reader>;
  /** Somebody whom the operator has made a moderator. */
  moderator: Reader;
  /** Somebody whom the operator has made an admin. */
  admin: Reader;
}

/** Every test is watched: what a page must never do fails it at the end. */
export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => {
    await use(process.env.DOGEAR_URL);
  },
  context: async ({ context }, use) => {
    const watch = new Watch(context);
    await use(context);
    expect(await watch.all()).toEqual([]);
  },
  visit: async ({ browser, baseURL }, use) => {
    const visits: [BrowserContext, Watch][] = [];
    await use(async () => {
      const context = await browser.newContext({ baseURL });
      visits.push([context, new Watch(context)]);
      return context.newPage();
    });
    const problems: string[] = [];
    for (const [context, watch] of visits) {
      problems.push(...(await watch.all()));
      await context.close();
    }
    expect(problems).toEqual([]);
  },
  reader: async ({ visit }, use) => {
    await use(async (name) => new Reader(await visit(), name).join());
  },
  moderator: async ({ reader }, use) => {
    const moderator = await reader('Mo');
    await dogear('admin', 'promote', moderator.handle, '--to', 'moderator');
    await use(moderator);
  },
  admin: async ({ reader }, use) => {
    const admin = await reader('Ada');
    await dogear('admin', 'promote', admin.handle, '--to', 'admin');
    await use(admin);
  },
});

export { expect };
