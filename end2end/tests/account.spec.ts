import { fill, control, press } from '../support/page';
import { Reader } from '../support/reader';
import { expect, test } from '../support/test';

test('wrong input comes back with everything typed and says what to do', async ({ page }) => {
  await page.goto('/register');
  await fill(page, { email: 'wren.example.org', display_name: 'Wren <b> "A"', handle: 'no spaces here', password: 'short' });
  const answer = page.waitForResponse((response) => response.request().method() === 'POST');
  await press(page, 'Join');
  expect((await answer).status()).toBe(422);
  const summary = page.getByRole('alert');
  await expect(summary.getByRole('heading', { name: 'There is a problem' })).toBeVisible();
  await expect(page).toHaveTitle(/^Error: /);
  for (const name of ['email', 'handle', 'password']) {
    await expect(control(page, name)).toHaveAttribute('aria-invalid', 'true');
    await summary.locator(`a[href="#f-${name}"]`).click();
    await expect(control(page, name)).toBeFocused();
  }
  await expect(control(page, 'email')).toHaveValue('wren.example.org');
  await expect(control(page, 'display_name')).toHaveValue('Wren <b> "A"');
  await expect(control(page, 'handle')).toHaveValue('no spaces here');
  await expect(control(page, 'password')).toHaveValue('');
});

test('nobody learns whether an address is known', async ({ reader, visit }) => {
  const { email } = await reader('Ida');
  const stranger = new Reader(await visit(), 'Kit');
  await stranger.page.goto('/register');
  await fill(stranger.page, { email, display_name: 'Kit', handle: stranger.handle, password: stranger.password });
  await press(stranger.page, 'Join');
  await expect(stranger.page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
  for (const address of [email, 'nobody.at.all@example.org']) {
    await stranger.page.goto('/forgot');
    await fill(stranger.page, { email: address });
    await press(stranger.page, 'Send the link');
    await expect(stranger.page.getByText('If that address has an account here, the link is on its way.')).toBeVisible();
  }
});

test('a forgotten password is set anew by mail, once', async ({ reader, visit }) => {
  const ida = await reader('Ida');
  const elsewhere = await visit();
  await elsewhere.goto('/forgot');
  await fill(elsewhere, { email: ida.email });
  await press(elsewhere, 'Send the link');
  await expect(elsewhere).toHaveURL('/forgot/sent');
  const link = await ida.link('/reset/');
  await elsewhere.goto(link);
  await fill(elsewhere, { password: 'seven copper lanterns 41' });
  await press(elsewhere, 'Change the password');
  await expect(elsewhere).toHaveURL('/login');
  ida.password = 'seven copper lanterns 41';
  await ida.logIn(elsewhere);
  await ida.page.goto('/settings');
  await expect(ida.page, 'the old session has ended').toHaveURL(/\/login/);
  expect((await elsewhere.goto(link))?.status(), 'the link is spent').toBe(410);
});

test('a changed password ends every other session', async ({ reader, visit }) => {
  const ida = await reader('Ida');
  const elsewhere = await visit();
  await ida.logIn(elsewhere);
  await ida.page.goto('/settings/account');
  await fill(ida.page, { current: 'not the one', password: 'nine silent gardens 27' });
  await press(ida.page, 'Change the password');
  await expect(ida.page.getByRole('alert')).toBeVisible();
  await fill(ida.page, { current: ida.password, password: 'nine silent gardens 27' });
  await press(ida.page, 'Change the password');
  await expect(ida.page.getByText('Your password is changed. All other sessions have ended.')).toBeVisible();
  await elsewhere.goto('/settings');
  await expect(elsewhere).toHaveURL(/\/login/);
  await ida.page.goto('/settings');
  await expect(ida.page.getByRole('heading', { name: 'Ida' })).toBeVisible();
});

test('sessions are listed and ended, here and elsewhere', async ({ reader, visit }) => {
  const ida = await reader('Ida');
  const elsewhere = await visit();
  await ida.logIn(elsewhere);
  await ida.page.goto('/settings/sessions');
  await expect(ida.page.getByText('This browser')).toHaveCount(1);
  await press(ida.page, /^End the session/);
  await expect(ida.page.getByText('That session has ended.')).toBeVisible();
  await elsewhere.goto('/settings');
  await expect(elsewhere).toHaveURL(/\/login/);
  await ida.page.goto('/settings');
  await press(ida.page, 'Log out');
  await expect(ida.page.getByText('You have logged out.')).toBeVisible();
  await ida.page.goto('/shelf');
  await expect(ida.page).toHaveURL(/\/login\?next=/);
});

test('a private page leads through the log-in and back', async ({ reader, visit }) => {
  const ida = await reader('Ida');
  const elsewhere = await visit();
  await elsewhere.goto('/settings/profile');
  await fill(elsewhere, { login: ida.email, password: ida.password });
  await press(elsewhere, 'Log in');
  await expect(elsewhere).toHaveURL('/settings/profile');
  await fill(elsewhere, { city: 'Ghent', about: 'Short books,\nlong walks. </textarea>' });
  await press(elsewhere, 'Save');
  await expect(elsewhere.getByText('Your profile is saved.')).toBeVisible();
  await elsewhere.goto('/settings/profile');
  await expect(control(elsewhere, 'about')).toHaveValue('Short books,\nlong walks. </textarea>');
});

test('an account is closed only after its owner confirmed it', async ({ reader }) => {
  const ida = await reader('Ida');
  await ida.page.goto('/settings/delete');
  await fill(ida.page, { handle: 'someone_else', password: ida.password });
  await press(ida.page, 'Close my account');
  await expect(ida.page.getByRole('alert')).toBeVisible();
  await fill(ida.page, { handle: ida.handle, password: ida.password });
  await press(ida.page, 'Close my account');
  await expect(ida.page.getByText('Your account is closed')).toBeVisible();
  await ida.page.goto('/login');
  await fill(ida.page, { login: ida.handle, password: ida.password });
  await press(ida.page, 'Log in');
  await expect(ida.page.getByRole('alert')).toBeVisible();
});
