import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { overflow } from './watch';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDTHS = [375, 1280];
/** Pixels that Chromium still draws in one go. */
const TALLEST = 8000;
/** Files; letters, which stand in frames where nothing may run, not even axe; links that work once. */
const NOT_PAGES = /^\/((covers|photos|pkg|api|dev\/cover|verify|reset|unsubscribe)\/|dev\/mail)|\.(svg|png|jpe?g|webp|csv|json|ics|txt|xml)$/;

/** The kind of page an address leads to: pages that differ in their data only are one kind. */
export function kind(address: URL): string {
  const path = address.pathname
    .split('/')
    .map((part, place, parts) => (/\d/.test(part) || ['u', 'authors', 'series', 'members'].includes(parts[place - 1] ?? '') ? ':' : part))
    .join('/');
  const query = [...address.searchParams.keys()].filter((name) => name !== 'next').sort();
  return query.length === 0 ? path : `${path}?${query[0]}`;
}

/** What a crawl found: the kinds of pages, and everything that is wrong with them. */
export interface Found {
  kinds: string[];
  problems: string[];
}

/** Opens `start` and one page below `within` of every kind that links lead to from there, and inspects each. */
export async function crawl(page: Page, start: string[], within = '/'): Promise<Found> {
  const waiting = [...start];
  const seen = new Set<string>();
  const inspected = new Set<string>();
  const problems: string[] = [];
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const response = await page.goto(path);
    const here = new URL(page.url());
    if (inspected.has(kind(here))) continue;
    inspected.add(kind(here));
    if (response?.status() !== 200) problems.push(`${path}: answers ${response?.status()}`);
    problems.push(...(await inspect(page)).map((problem) => `${path}: ${problem}`));
    // What was mailed leads to pages that work once.
    if (here.pathname.startsWith('/dev/')) continue;
    const links = await page.locator('a[href]').evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
    for (const link of links) {
      const url = new URL(link);
      if (url.origin !== here.origin || !url.pathname.startsWith(within) || NOT_PAGES.test(url.pathname) || seen.has(kind(url))) continue;
      seen.add(kind(url));
      waiting.push(url.pathname + url.search);
    }
  }
  return { kinds: [...inspected].sort(), problems };
}

/** What does not hold though it does for every page: a title, one heading, no sideways scroll, nothing axe objects to. */
export async function inspect(page: Page): Promise<string[]> {
  const problems: string[] = [];
  if ((await page.title()) === '') problems.push('no title');
  const headings = await page.locator('h1').count();
  if (headings !== 1) problems.push(`${headings} main headings`);
  await page.setViewportSize({ width: 320, height: 800 });
  problems.push(...[await overflow(page)].filter((found) => found !== undefined));
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    // As tall as the page, so that the bar at the bottom covers nothing that one could scroll to.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.min(height, TALLEST) });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      // Without the legacy mode each look opens another page; ours have no frames from elsewhere.
      const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();
      // In the dark only colours differ.
      const { violations } = await (colorScheme === 'light' ? axe.withTags(RULES) : axe.withRules('color-contrast')).analyze();
      for (const rule of violations)
        for (const node of rule.nodes)
          problems.push(`${width} px, ${colorScheme}: ${rule.id}: ${node.html.slice(0, 200)}: ${node.failureSummary ?? ''}`);
    }
  }
  return problems;
}
