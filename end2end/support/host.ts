import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { fill, press } from './page';

/** The day so many days from now, as a field for dates takes it. */
export function day(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** Enters a place and an evening there in three weeks, published; gives the address of its guests. */
export async function host(page: Page, title: string, seats: string): Promise<string> {
  await page.goto('/venues/new');
  await fill(page, { name: 'The Long Room', address: '3 Quay Street', city: 'Leith' });
  await press(page, 'Enter the place');
  await expect(page).toHaveURL('/events/new');
  await fill(page, { title, description: 'Bring three books.', day: day(21), starts: '19:00', ends: '21:00', capacity: seats });
  await press(page, 'Enter the event');
  await expect(page.getByText('Only you see it until you publish it.')).toBeVisible();
  await press(page, 'Publish');
  await expect(page.getByText('The event is published.')).toBeVisible();
  return new URL(page.url()).pathname;
}
