import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { film, png } from '../support/barcode';
import { control, fill, isbn, press, unique } from '../support/page';
import { expect, test } from '../support/test';

const SEEN = isbn();
const folder = mkdtempSync(join(tmpdir(), 'dogear-film-'));
const shown = join(folder, 'camera.y4m');
writeFileSync(shown, film([{ seconds: 0.5 }, { number: SEEN, seconds: 3 }]));

test.use({
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking',
      '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${shown}`,
    ],
  },
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('books are scanned one after the other by typing, asked about, taken back, and finished', async ({ reader }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const [first, second] = [unique('Harbours '), unique('Kettles ')];
  const [one, two, unknown] = [isbn(), isbn(), isbn()];
  await wren.addBook(first, one);
  await wren.addBook(second, two);

  const { page } = ana;
  const rows = page.locator('.scans > li');
  await page.goto('/shelf/add/scan');
  await expect(control(page, 'isbn')).toBeFocused();
  await page.locator('[name=grade]').selectOption('fine');
  // A scanner types and sends Enter; the choices stay.
  for (const [at, number] of [one, two, unknown, one].entries()) {
    await control(page, 'isbn').pressSequentially(number);
    await page.keyboard.press('Enter');
    await expect(rows).toHaveCount(at + 1);
    await expect(control(page, 'isbn')).toBeFocused();
    await expect(control(page, 'isbn')).toHaveValue('');
  }
  await expect(page.locator('[name=grade]')).toHaveValue('fine');
  await expect(rows.nth(0)).toContainText('add a second copy?');
  await expect(rows.nth(1)).toContainText('Nobody has entered this book yet.');
  await expect(rows.nth(2)).toContainText(second);
  await expect(rows.nth(3)).toContainText('Fine, listed');
  await press(page, new RegExp(`^No ?: ${first}`));
  await expect(rows).toHaveCount(3);
  await press(page, new RegExp(`^Undo ?: ${second}`));
  await expect(rows).toHaveCount(2);

  // What was wrong is said; a scanner that types behind it is understood.
  const wrong = one.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
  await fill(page, { isbn: wrong });
  await press(page, 'Add');
  await expect(page.getByRole('alert')).toContainText('The last character of this ISBN should be');
  await expect(control(page, 'isbn')).toHaveValue(wrong);
  await control(page, 'isbn').press('End');
  await control(page, 'isbn').pressSequentially(two);
  await page.keyboard.press('Enter');
  await expect(rows).toHaveCount(3);

  await page.getByRole('link', { name: 'Enter its title' }).click();
  const third = unique('Margins ');
  await fill(page, { title: third, authors: 'Ana Example' });
  await page.locator('[name=grade][value=good]').check();
  await press(page, 'Add to my shelf');
  await expect(rows.filter({ hasText: third })).toContainText('Good');
  await page.locator('[name=all_grade]').selectOption('fair');
  await page.locator('[name=all_offer]').selectOption('keep');
  await press(page, 'Finish');
  await expect(page.getByText('3 scanned books are on your shelf.')).toBeVisible();
  await page.goto('/shelf/add/scan');
  await expect(rows).toHaveCount(0);
});

test('a photo of a barcode is read on the server', async ({ reader }) => {
  const wren = await reader('Wren');
  const ana = await reader('Ana');
  const [title, number] = [unique('Harbours '), isbn()];
  await wren.addBook(title, number);
  const { page } = ana;
  await page.goto('/shelf/add/scan');
  const send = async (name: string, buffer: Buffer) => {
    if (!(await page.locator('#f-photo').isVisible())) await page.getByText('Photograph the barcode instead').click();
    await page.locator('#f-photo').setInputFiles({ name, mimeType: 'image/png', buffer });
    await press(page, 'Read the photo');
  };
  await send('wall.png', png());
  await expect(page.getByRole('alert')).toContainText('No barcode of a book can be read');
  await send('book.png', png(number));
  await expect(page.locator('.scans > li')).toContainText(title);
});

test.describe('with a camera', () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, 'a camera needs scripts');

  test('a barcode before the camera becomes a row, once, and the camera closes when the page is left', async ({ reader }) => {
    const wren = await reader('Wren');
    const ana = await reader('Ana');
    const title = unique('Harbours ');
    await wren.addBook(title, SEEN);
    const { page } = ana;
    const modules: string[] = [];
    page.on('request', (request) => { if (request.url().endsWith('.wasm')) modules.push(request.url()); });
    await page.goto('/shelf/add/scan');
    const open = page.getByRole('button', { name: 'Open the camera' });
    await expect(open).toBeVisible();
    const barcode = () => modules.filter((url) => url.includes('/barcode.')).length;
    expect(barcode()).toBe(0);
    const start = Date.now();
    await open.click();
    await expect(page.locator('.scans > li')).toContainText(title);
    test.info().annotations.push({ type: 'from opening the camera to the row', description: `${Date.now() - start} ms` });
    console.log(`from opening the camera to the row: ${Date.now() - start} ms`);
    expect(barcode()).toBe(1);
    await expect(page.locator('#scan-said')).toHaveText(`“${title}” added.`);
    // The film goes on: the same code not twice in a row, and the camera stays open.
    await page.waitForTimeout(2500);
    await expect(page.locator('.scans > li')).toHaveCount(1);
    const playing = () => page.locator('#camera-video').evaluate((video: HTMLVideoElement) => (video.srcObject as MediaStream).active && !video.paused);
    expect(await playing()).toBe(true);
    // Typing beside it leaves it open.
    await fill(page, { isbn: isbn() });
    await press(page, 'Add');
    await expect(page.locator('.scans > li')).toHaveCount(2);
    expect(await playing()).toBe(true);
    const stream = await page.locator('#camera-video').evaluateHandle((video: HTMLVideoElement) => video.srcObject as MediaStream);
    await page.getByRole('button', { name: 'Close the camera' }).click();
    expect(await stream.evaluate((it) => it.active)).toBe(false);
    await expect(page.locator('#camera-video')).toBeHidden();
  });

  test('without a camera the page says how to go on', async ({ reader }) => {
    const { page } = await reader('Ana');
    await page.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
    });
    await page.goto('/shelf/add/scan');
    await page.getByRole('button', { name: 'Open the camera' }).click();
    await expect(page.locator('#camera-problem')).toContainText('The camera is not allowed here.');
    await expect(page.locator('#camera-problem')).toContainText('type the number');
  });

  test('typed ISBNs are taken as fast as a scanner types them', async ({ reader }) => {
    const { page } = await reader('Ana');
    await page.goto('/shelf/add/scan');
    await page.locator('html[data-ready]').waitFor();
    const start = Date.now();
    for (let at = 1; at <= 20; at += 1) {
      await page.keyboard.insertText(isbn());
      await page.keyboard.press('Enter');
      await expect(page.locator('.scans > li')).toHaveCount(at);
    }
    console.log(`typed ISBNs a minute: ${Math.round((20 * 60_000) / (Date.now() - start))}`);
  });
});
