import type { BrowserContext, Page } from '@playwright/test';

/** What a page must never do; collected over all pages of a context. */
export class Watch {
  readonly problems: string[] = [];
  private readonly looks: Promise<void>[] = [];

  constructor(context: BrowserContext) {
    context.on('console', (message) => {
      if (shown(message.location().url)) return;
      // An answer of 4xx is often what a test is about, and so is one the test itself withholds
      // (ERR_FAILED) or goes without (ERR_INTERNET_DISCONNECTED); pictures and scripts are watched below.
      const expected = /^Failed to load resource: (.* status of 4\d\d|net::ERR_(FAILED|INTERNET_DISCONNECTED))/.test(message.text());
      if (message.type() === 'error' && !expected) this.note('console', message.text(), message.location().url);
    });
    context.on('weberror', (error) => this.note('script error', String(error.error())));
    context.on('response', (response) => {
      if (shown(response.url())) return;
      const part = !['document', 'fetch', 'xhr'].includes(response.request().resourceType());
      if (response.status() >= 500 || (part && response.status() >= 400))
        this.note('answer', String(response.status()), response.url());
    });
    context.on('page', (page) => this.watchWidth(page));
  }

  private note(...words: string[]): void {
    this.problems.push(words.filter(Boolean).join(': '));
  }

  private watchWidth(page: Page): void {
    page.on('load', () => {
      // The page may be gone again before it is measured: then the next one is.
      const look = overflow(page).then((found) => { if (found) this.note(found); }, () => {});
      this.looks.push(look);
    });
  }

  /** Every problem so far. */
  async all(): Promise<string[]> {
    await Promise.all(this.looks);
    return this.problems;
  }
}

/** Whether somebody asked to see the page of an error. */
function shown(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.startsWith('/dev/errors/');
}

/** What sticks out of a page that scrolls sideways, or nothing. */
export function overflow(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return undefined;
    const box = (element: Element): Element | null =>
      getComputedStyle(element).position === 'absolute' ? (element as HTMLElement).offsetParent : element.parentElement;
    // What lies in a box that scrolls by itself is not to blame.
    const contained = (holder: Element | null): boolean =>
      !!holder && holder !== document.body && (getComputedStyle(holder).overflowX !== 'visible' || contained(box(holder)));
    const wide = [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > width + 1 && !contained(box(element)))
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`);
    return `${location.pathname} scrolls sideways at ${width} px: ${wide.slice(0, 6).join(', ')}`;
  });
}
