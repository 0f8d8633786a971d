import { logIn } from '../support/reader';
import { choose, press, unique } from '../support/page';
import { expect, test } from '../support/test';

/** Members of the demo community who have been here for long enough to ask; others without scripts, since nobody takes two in a month. */
const ASKERS = { scripts: ['old_margin', 'hollis'], none: ['ines', 'slow_chapters'] } as const;
const PASSWORD = 'dogear-demo';

test('a book is given away to whoever asks first, who passes, and the next takes it', async ({ reader, visit, javaScriptEnabled }) => {
  const [one, other] = javaScriptEnabled === false ? ASKERS.none : ASKERS.scripts;
  const wren = await reader('Wren');
  const title = unique('The Lending Tree ');
  await wren.addBook(title);
  const copy = await wren.copy(title);
  await wren.page.goto(copy);
  await wren.page.getByRole('link', { name: 'Give it away to one who asks' }).click();
  await choose(wren.page, 'mode', 'queue');
  await press(wren.page, 'Give it away');
  await expect(wren.page.getByText(`“${title}” is given away.`)).toBeVisible();
  const round = new URL(wren.page.url()).pathname;

  const first = await visit();
  await logIn(first, one, PASSWORD);
  await first.goto(copy);
  await first.getByRole('link', { name: /^Given away until .*: ask for it$/ }).click();
  await press(first, 'Ask for it');
  await expect(first.getByText('You are the first: the book can be yours.')).toBeVisible();

  const second = await visit();
  await logIn(second, other, PASSWORD);
  await second.goto(round);
  await press(second, 'Ask for it');
  await expect(second.getByText('You wait for it, in place 2.')).toBeVisible();

  await press(first, 'Pass');
  await expect(first.getByText('You have passed: it goes to the next reader.')).toBeVisible();
  await expect(async () => {
    await second.goto('/inbox');
    await expect(second.getByText(new RegExp(`${title}.? is offered to you`)).first()).toBeVisible({ timeout: 1000 });
  }).toPass({ timeout: 30_000 });
  await second.goto(round);
  await press(second, 'Take it');
  await expect(second.getByText('It is yours. What is to be done now stands here.')).toBeVisible();

  await wren.page.goto(round);
  await expect(wren.page.getByText(/has taken it\./)).toBeVisible();
  await wren.page.getByRole('link', { name: 'Open the trade' }).click();
  await expect(wren.page).toHaveURL(/\/trades\/\d+$/);
});

/** Draws of the demo community that fell on one of these three, who has not answered. */
const DRAWN = {
  scripts: { round: '/give/4', askers: ['mistress_folio', 'siobhan_o', 'le_marque_page'] },
  none: { round: '/give/5', askers: ['quay_street', 'dust_and_jackets', 'marchmontmo'] },
} as const;

test('a book is drawn among three, the first is silent, and the next takes it', async ({ visit, javaScriptEnabled }) => {
  test.setTimeout(120_000);
  const { round, askers } = javaScriptEnabled === false ? DRAWN.none : DRAWN.scripts;
  const pages = [];
  for (const asker of askers) {
    const page = await visit();
    await logIn(page, asker, PASSWORD);
    pages.push(page);
  }
  // The clock looks each minute at who is late.
  const stands = async () => {
    const found = [];
    for (const page of pages) {
      await page.goto(round);
      found.push((await page.getByRole('main').innerText()).match(/The draw fell on you|You did not answer|somebody before you is asked/)?.[0] ?? '');
    }
    return [...found].sort();
  };
  await expect(async () => {
    expect(await stands()).toEqual(['The draw fell on you', 'You did not answer', 'somebody before you is asked']);
  }).toPass({ timeout: 80_000 });

  for (const page of pages) {
    if ((await page.getByRole('button', { name: 'Take it' }).count()) === 0) continue;
    await press(page, 'Take it');
    await expect(page.getByText('It is yours. What is to be done now stands here.')).toBeVisible();
    await page.goto(round);
    await expect(page.getByText('You have taken it.')).toBeVisible();
    await page.getByText('Check it yourself').click();
    await expect(page.getByText(/did not answer/).first()).toBeVisible();
  }
});
