import type { FrameLocator, Page } from 'playwright-core';

/** The inside of an Element on a shop's page. */
export const frameOf = (page: Page, title = 'Secure payment input frame'): FrameLocator =>
  page.frameLocator(`iframe[title="${title}"]`);

/** Fills in a Payment Element that asks for a new card. */
export async function typeCard(page: Page, number: string): Promise<void> {
  const frame = frameOf(page);
  await frame.getByLabel('Card number').fill(number);
  await frame.getByLabel('Expiration date').fill('12/34');
  await frame.getByLabel('Security code').fill('123');
  if ((await frame.getByLabel('Country or region').inputValue()) === 'US') await frame.getByLabel('ZIP').fill('94107');
}

/** The bank's question in its dialog. */
export const bankOf = (page: Page): FrameLocator =>
  page.getByRole('dialog', { name: 'Authentication by your bank' }).frameLocator('iframe');

/** What the shop's page got from Stripe.js. */
export async function resultOf(page: Page): Promise<Record<string, Record<string, unknown>>> {
  const shown = page.locator('#result:not(:empty)');
  await shown.waitFor();
  return JSON.parse((await shown.textContent()) ?? '');
}

/** Runs code in the shop's page: `stripe`, `elements`, `events` are those of the page. */
export function inShop<T>(page: Page, code: string): Promise<T> {
  return page.evaluate(`(async ({ stripe, elements, events }) => ${code})(window.shop)`);
}

/** Waits until an Element of the shop's page has told of an event of this type. */
export async function untilEvent(page: Page, type: string): Promise<void> {
  await page.waitForFunction(`window.shop?.events.some((each) => each.type === '${type}')`);
}
