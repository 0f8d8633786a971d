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
