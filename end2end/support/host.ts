import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { control, fill, press } from './page';

/** The day so many days from now, as a field for dates takes it. */
export function day(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** When an evening is, as its form takes it. */
interface Times {
  day: string;
  starts: string;
  ends: string;
  last_day?: string;
}

/** An hour from now and for two hours, by the clock of a zone. */
export function soon(zone: string): Times {
  const at = (hours: number) => {
    const moment = new Date(Date.now() + hours * 3_600_000);
    const [date, time] = moment.toLocaleString('sv-SE', { timeZone: zone }).split(' ');
    return { date: `${date}`, time: `${time}`.slice(0, 5) };
  };
  return { day: at(1).date, starts: at(1).time, last_day: at(3).date, ends: at(3).time };
}

const LATER: Times = { day: day(21), starts: '19:00', ends: '21:00' };

/** Enters a place and an evening there, in three weeks, published; gives the address of its guests. */
export async function host(page: Page, title: string, seats: string, when?: (zone: string) => Times): Promise<string> {
  await page.goto('/venues/new');
  const zone = await control(page, 'time_zone').inputValue();
  await fill(page, { name: 'The Long Room', address: '3 Quay Street', city: 'Leith' });
  await press(page, 'Enter the place');
  await expect(page).toHaveURL('/events/new');
  await fill(page, { title, description: 'Bring three books.', ...(when?.(zone) ?? LATER), capacity: seats });
  await press(page, 'Enter the event');
  await expect(page.getByText('Only you see it until you publish it.')).toBeVisible();
  await press(page, 'Publish');
  await expect(page.getByText('The event is published.')).toBeVisible();
  return new URL(page.url()).pathname;
}

/** Goes to an event by its name, from the list of events: the first page of it may be full of others. */
export async function reach(page: Page, title: string): Promise<void> {
  if (new URL(page.url()).pathname !== '/events') await page.goto('/events');
  await fill(page, { q: title });
  await press(page, 'Show');
  await page.getByRole('main').getByRole('link', { name: title }).click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
}
