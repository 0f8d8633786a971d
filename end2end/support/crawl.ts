import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page, Response } from '@playwright/test';
import { objections } from './alfa';
import { Markup } from './markup';
import { overflow } from './watch';
import { Answers } from './wire';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDTHS = [375, 1280];
/** Pixels that Chromium still draws in one go. */
const TALLEST = 8000;
/** Files, and letters, which stand in frames where nothing may run, not even axe. */
const NOT_PAGES = /^\/((calendar|covers|photos|pkg|api|sitemaps|dev\/cover|dev\/mail)\/)|\.(svg|png|jpe?g|webp|csv|json|ics|txt|xml|atom)$/;
/** Controls that somebody types into. */
const TYPED = 'textarea, input:not([type=hidden], [type=checkbox], [type=radio], [type=file], [type=submit])';

/** One route, from the site's own table of who may call what. */
interface Route {
  method: string;
  path: string;
  who: string;
}

/** A walk over the site that inspects one page of every kind it comes to. */
export class Tour {
  /** Everything that is wrong with the pages it saw. */
  readonly problems: string[] = [];
  private readonly visited = new Set<string>();
  private readonly inspected = new Set<string>();
  private readonly markup = new Markup();
  private readonly answers = new Answers();
  /** Kinds of files whose answers are kept. */
  private readonly files = new Set<string>();
  private readonly patterns: { path: string; shape: RegExp }[];

  private constructor(
    private readonly routes: Route[],
    private readonly its: (path: string) => boolean,
  ) {
    const parameters = (path: string) => path.split('{').length;
    this.patterns = routes
      .filter((route) => route.method === 'GET')
      .sort((a, b) => parameters(a.path) - parameters(b.path))
      .map(({ path }) => ({ path, shape: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`) }));
  }

  /** A tour that knows the site's routes. Links lead it only to pages that are `its`; another one has the rest. */
  static async begin(page: Page, its: (path: string) => boolean = () => true): Promise<Tour> {
    return new Tour((await (await page.request.get('/dev/routes.json')).json()) as Route[], its);
  }

  /** Inspects each page of `start`, and one page below `within` of every other kind that links lead to. */
  async walk(page: Page, start: string[], within = '/'): Promise<void> {
    const waiting = start.map((path) => ({ path, always: true }));
    const seen = new Set<string>();
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { path, always } = next;
      const response = await page.goto(path);
      const here = new URL(page.url());
      this.visited.add(this.pattern(new URL(path, here)));
      const known = this.inspected.has(this.kind(here));
      if (known && !always) continue;
      this.note(path, response?.status() === 200 ? [] : [`answers ${response?.status()}`]);
      await this.keep(path, response);
      this.note(path, await inspect(page));
      if (!known) {
        this.note(path, await objections(page));
        await this.listen(page);
      }
      this.visited.add(this.pattern(here));
      this.inspected.add(this.kind(here));
      // What was mailed leads to pages that work once.
      if (here.pathname.startsWith('/dev/')) continue;
      const links = await page.locator('a[href]').evaluateAll((all) => all.map((a) => (a as HTMLAnchorElement).href));
      for (const link of links) {
        const url = new URL(link);
        const kind = this.kind(url);
        if (url.origin !== here.origin || !url.pathname.startsWith(within) || NOT_PAGES.test(url.pathname)) continue;
        if (!this.its(url.pathname)) continue;
        if (seen.has(kind) || this.inspected.has(kind)) continue;
        seen.add(kind);
        waiting.push({ path: url.pathname + url.search, always: false });
      }
    }
  }

  /** Inspects a page that no address leads to. */
  async look(page: Page, what: string): Promise<void> {
    this.note(what, await inspect(page));
  }

  /** Inspects the page that an error answers with. */
  async fail(page: Page, path: string, status: number): Promise<void> {
    const response = await page.goto(path);
    this.visited.add(this.pattern(new URL(page.url())));
    this.note(path, response?.status() === status ? [] : [`answers ${response?.status()} instead of ${status}`]);
    await this.keep(path, response);
    this.note(path, await inspect(page));
  }

  /** Sends each form of a page with `typed` in every field and nothing chosen, by its last button that fits, and inspects the page that refuses it. */
  async refuse(page: Page, path: string, { typed = '', button = '' } = {}): Promise<void> {
    const forms = page.locator('main form[method=post]').filter({ has: page.locator(`${TYPED}, [type=checkbox], [type=radio], [type=file]`) });
    await page.goto(path);
    const number = await forms.count();
    if (number === 0) this.note(path, ['no form']);
    for (let n = 0; n < number; n += 1) {
      if (n > 0) await page.goto(path);
      await spoil(forms.nth(n), typed);
      const answer = page.waitForResponse((response) => response.request().method() === 'POST');
      await forms.nth(n).locator(`button${button}:not([type=button], [formaction]):visible`).last().click();
      const status = (await answer).status();
      const here = `${path}, form ${n + 1} refused`;
      await this.keep(here, await answer);
      if (status !== 422) {
        this.note(here, [`answers ${status} instead of 422`]);
        continue;
      }
      await page.getByRole('alert').first().waitFor();
      this.note(here, await inspect(page));
    }
  }

  /** What is wrong with the HTML of all these pages, as the server sent it, and with the answers that brought it. */
  checkSent(): void {
    this.problems.push(...this.markup.problems(), ...this.answers.problems());
  }

  /** Keeps what answers for this page, and for the files it is drawn with. */
  private async listen(page: Page): Promise<void> {
    const here = new URL(page.url());
    const cookies = await page.context().cookies(here.href);
    const files = await page
      .locator('link[href], script[src], img[src]')
      .evaluateAll((all) => all.map((part) => (part as HTMLLinkElement).href || (part as HTMLImageElement).src));
    for (const address of [here, ...files.map((file) => new URL(file))]) {
      const kind = `${address.pathname.split('/')[1]} ${address.pathname.split('.')[1] ?? ''}`;
      if (address.origin !== here.origin || (address !== here && this.files.has(kind))) continue;
      if (address !== here) this.files.add(kind);
      await this.answers.keep(address, cookies);
    }
  }

  private async keep(where: string, response: Response | null): Promise<void> {
    if (response?.headers()['content-type']?.startsWith('text/html')) this.markup.keep(where, await response.text());
  }

  /** Its pages of these callers to which this tour has not come. */
  missed(...who: string[]): string[] {
    return this.routes
      .filter((route) => route.method === 'GET' && who.includes(route.who) && !NOT_PAGES.test(route.path))
      .map((route) => route.path)
      .filter((path) => this.its(path) && !this.visited.has(path));
  }

  private note(where: string, problems: string[]): void {
    this.problems.push(...problems.map((problem) => `${where}: ${problem}`));
  }

  private pattern(address: URL): string {
    return this.patterns.find(({ shape }) => shape.test(address.pathname))?.path ?? address.pathname;
  }

  /** Pages that differ in their data only are one kind. */
  private kind(address: URL): string {
    const query = [...address.searchParams.keys()].filter((name) => name !== 'next').sort();
    return [this.pattern(address), ...query.slice(0, 1)].join('?');
  }
}

/** Types `typed` into every field of a form, folded away or not, and takes back every choice. */
function spoil(form: Locator, typed: string): Promise<void> {
  return form.evaluate(
    (element, [fields, text]) => {
      for (const field of element.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(fields)) {
        field.value = text;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }
      for (const choice of element.querySelectorAll<HTMLInputElement>('[type=checkbox], [type=radio]')) choice.checked = false;
    },
    [TYPED, typed] as const,
  );
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
    // Of one that is taller still, the end: only there the bar has room of its own.
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
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
