import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { expect, test } from '@playwright/test';

const PAGES: Record<string, string> = { home: '/', browse: '/browse', book: '/books/1' };
const KINDS = ['performance', 'accessibility', 'best-practices', 'seo'] as const;
/** What every page must reach, out of 100; performance varies with what else the machine does. */
const LEAST: Record<(typeof KINDS)[number], number> = {
  performance: 90,
  accessibility: 100,
  'best-practices': 100,
  seo: 100,
};

test.setTimeout(300_000);
test.describe.configure({ mode: 'serial' });

for (const [name, path] of Object.entries(PAGES))
  test(`Lighthouse, mobile: ${name}`, async ({ baseURL }) => {
    const site = process.env.DOGEAR_URL ?? baseURL ?? '';
    const { url } = await fetch(new URL(path, site));
    const chrome = await launch({
      chromePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
    });
    try {
      // Once unmeasured: the server draws and caches covers on the first visit.
      await lighthouse(url, { port: chrome.port, onlyCategories: ['performance'], logLevel: 'error' });
      const run = await lighthouse(url, { port: chrome.port, onlyCategories: [...KINDS], logLevel: 'error' });
      if (!run) throw new Error('Lighthouse gave no result');
      const { audits, categories } = run.lhr;
      const scores = Object.fromEntries(KINDS.map((kind) => [kind, Math.round((categories[kind]?.score ?? 0) * 100)]));
      const figures = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index'];
      console.log(name, scores, Object.fromEntries(figures.map((id) => [id, audits[id]?.displayValue])));
      for (const kind of KINDS) {
        const lost = (categories[kind]?.auditRefs ?? [])
          .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 0.9)
          .map(({ id }) => `${id}: ${audits[id]?.title ?? ''} ${audits[id]?.displayValue ?? ''}`);
        expect.soft(scores[kind], `${kind}: ${lost.join('; ')}`).toBeGreaterThanOrEqual(LEAST[kind]);
      }
    } finally {
      chrome.kill();
    }
  });
