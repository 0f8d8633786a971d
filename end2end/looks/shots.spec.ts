import { expect, test } from '../support/test';

const WIDTHS = [375, 768, 1280];
/** Name of the picture, address. */
const PAGES: [string, string][] = [['home', '/']];

for (const [name, path] of PAGES)
  test(name, async ({ page }) => {
    const response = await page.goto(path);
    expect(response?.status()).toBe(200);
    for (const colorScheme of ['light', 'dark'] as const)
      for (const width of WIDTHS) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height: 900 });
        await page.screenshot({ path: `shots/${name}-${width}-${colorScheme}.png`, fullPage: true });
      }
  });
