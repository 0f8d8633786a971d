import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { choose, control, fill, isbn, press, unique } from './page';

/** A message as the mail catcher shows it. */
export interface Mail {
  subject: string;
  text: string;
  html: string;
  links: string[];
}

/** Somebody with an account, and the browser they sit at. */
export class Reader {
  readonly handle: string;
  readonly email: string;
  password = 'violet harbour kettle 93';

  constructor(
    readonly page: Page,
    readonly name: string,
  ) {
    this.handle = unique(name.toLowerCase());
    this.email = `${this.handle}@example.org`;
  }

  /** Registers, confirms the address by the mail, and logs in. */
  async join(): Promise<this> {
    await this.page.goto('/register');
    await fill(this.page, { email: this.email, display_name: this.name, handle: this.handle, password: this.password });
    await press(this.page, 'Join');
    await expect(this.page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible();
    await this.page.goto(await this.link('/verify/'));
    await press(this.page, 'Confirm my address');
    await expect(this.page.getByText('Your address is confirmed.')).toBeVisible();
    // In the browser that registered one is logged in by it.
    return this;
  }

  /** Logs in, in this browser or in another. */
  logIn(page = this.page): Promise<void> {
    return logIn(page, this.handle, this.password);
  }

  /** Puts a book that nobody has entered yet on the shelf, found by its ISBN, and lists it. */
  async addBook(title: string, number = isbn()): Promise<void> {
    await this.page.goto('/shelf/add');
    await fill(this.page, { q: number });
    await press(this.page, 'Look it up');
    await expect(control(this.page, 'isbn')).toHaveValue(number);
    await fill(this.page, { title, authors: `${this.name} Example` });
    await choose(this.page, 'grade', 'good');
    await choose(this.page, 'offer', 'trade');
    await press(this.page, 'Add to my shelf');
    await expect(this.page.getByText(`“${title}” is on your shelf and listed for trade.`)).toBeVisible();
  }

  /** The address of this reader’s own copy of a book. */
  async copy(title: string): Promise<string> {
    await this.page.goto(`/shelf?q=${encodeURIComponent(title)}`);
    const link = this.page.getByRole('main').getByRole('link', { name: title, exact: true });
    return (await link.getAttribute('href')) ?? '';
  }

  /** The newest mail to this reader with such a subject; waits for it. */
  async mail(subject: RegExp): Promise<Mail> {
    return this.newest((mail) => subject.test(mail.subject), String(subject));
  }

  /** The newest link to such a path that was mailed to this reader; waits for it. */
  async link(path: string): Promise<string> {
    const leadsThere = (link: string) => new URL(link).pathname.startsWith(path);
    const mail = await this.newest((candidate) => candidate.links.some(leadsThere), `a link to ${path}`);
    const link = new URL(mail.links.find(leadsThere) ?? '/');
    return link.pathname + link.search;
  }

  private async newest(wanted: (mail: Mail) => boolean, what: string): Promise<Mail> {
    let found: Mail | undefined;
    await expect
      .poll(
        async () => {
          const answer = await this.page.request.get('/dev/mail.json', { params: { to: this.email } });
          const mails = (await answer.json()) as Mail[];
          found = mails.find(wanted);
          return found ? what : mails.map((mail) => mail.subject);
        },
        { message: `mail to ${this.handle}`, timeout: 30_000 },
      )
      .toBe(what);
    if (!found) throw new Error(`no mail: ${what}`);
    return found;
  }
}

/** Logs somebody in. */
export async function logIn(page: Page, handle: string, password: string): Promise<void> {
  await page.goto('/login');
  await fill(page, { login: handle, password });
  await press(page, 'Log in');
  await expect(page.getByRole('banner').getByRole('link', { name: handle })).toBeVisible();
}
