import type { Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, beforeAll } from 'vitest';
import { useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';
import { openShop, type Shop } from '../support/shop.js';

type SessionParams = Stripe.Checkout.SessionCreateParams;

export interface CheckoutStage {
  sandbox: TestSandbox;
  shop: Shop;
  /** Team, $12.00 a month. */
  team: Stripe.Price;
  /** Setup, $50.00 once. */
  once: Stripe.Price;
  newCustomer(): Promise<Stripe.Customer>;
  createSession(params?: Partial<SessionParams>): Promise<Stripe.Checkout.Session>;
  open(session: Stripe.Checkout.Session, options?: object): Promise<Page>;
  /** Types of events since the last call. */
  newEvents(): string[];
  /** Presses the button and waits until the shop is reached. */
  finish(page: Page, button: string): Promise<void>;
}

/** A sandbox, a shop to come back to and a browser, for the tests of one file. */
export function useCheckout(): CheckoutStage {
  const browser = useBrowser();
  const stage = {} as CheckoutStage;
  let seen = 0;
  beforeAll(async () => {
    const sandbox = await startTestSandbox();
    const { stripe } = sandbox;
    const shop = await openShop();
    const price = (name: string, unit_amount: number, recurring: boolean) =>
      stripe.prices.create({
        currency: 'usd',
        unit_amount,
        product_data: { name },
        ...(recurring && { recurring: { interval: 'month' as const } }),
      });
    Object.assign(stage, {
      sandbox,
      shop,
      team: await price('Team', 1200, true),
      once: await price('Setup', 5000, false),
      newCustomer: () => stripe.customers.create({ email: 'alice@example.com' }),
      createSession: (params: Partial<SessionParams> = {}) =>
        stripe.checkout.sessions.create({
          mode: 'subscription',
          line_items: [{ price: stage.team.id, quantity: 1 }],
          ...((params.ui_mode ?? 'hosted_page') === 'hosted_page' && {
            success_url: `${shop.url}/done?session={CHECKOUT_SESSION_ID}`,
            cancel_url: `${shop.url}/plans`,
          }),
          ...params,
        }),
      open: async (session: Stripe.Checkout.Session, options = {}) => {
        const page = await browser.newPage(options);
        await page.goto(session.url as string);
        return page;
      },
      newEvents: () => {
        const types = sandbox.events().map(({ type }) => type);
        const fresh = types.slice(seen);
        seen = types.length;
        return fresh;
      },
      finish: async (page: Page, button: string) => {
        await page.getByRole('button', { name: button }).click();
        await page.waitForURL(`${shop.url}/done?*`);
      },
    } satisfies CheckoutStage);
  });
  afterAll(async () => {
    stage.shop.close();
    await stage.sandbox.close();
  });
  return stage;
}
