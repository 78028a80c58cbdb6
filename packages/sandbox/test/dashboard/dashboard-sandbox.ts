import type { BrowserContextOptions, Page } from 'playwright-core';
import type Stripe from 'stripe';
import { type TestBrowser, useBrowser } from '../../../../test/support/browser.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

export interface Dashboard extends TestSandbox {
  /** A page of the dashboard in a browser of its own. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
}

/** One browser for the file that calls this at its top level; `start` gives a sandbox with its dashboard. */
export function useDashboard() {
  const browser: TestBrowser = useBrowser();
  return {
    browser,
    async start(options: Parameters<typeof startTestSandbox>[0] = { seed: true }): Promise<Dashboard> {
      const sandbox = await startTestSandbox(options);
      return {
        ...sandbox,
        open: async (path, pageOptions) => {
          const page = await browser.newPage(pageOptions);
          await page.goto(sandbox.url + path);
          return page;
        },
      };
    },
  };
}

export async function monthlyPrice(stripe: Stripe, lookupKey = 'starter_monthly'): Promise<Stripe.Price> {
  const { data } = await stripe.prices.list({ lookup_keys: [lookupKey] });
  return data[0] as Stripe.Price;
}

/** A customer with a card that works and a monthly subscription, paid. */
export async function subscriber(stripe: Stripe, params: Partial<Stripe.CustomerCreateParams> = {}) {
  const customer = await stripe.customers.create({
    email: 'alice@example.com',
    payment_method: 'pm_card_visa',
    ...params,
  });
  const { data } = await stripe.customers.listPaymentMethods(customer.id);
  await stripe.customers.update(customer.id, {
    invoice_settings: { default_payment_method: data[0]?.id as string },
  });
  const price = await monthlyPrice(stripe);
  const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
  return { customer, subscription };
}
