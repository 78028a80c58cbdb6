import type { Ask, ObjectType, StripeObject } from './projector.js';
import { priceExpansions } from './projectors/price.js';
import { featuresOf } from './projectors/product.js';
import { subscriptionExpansions } from './projectors/subscription.js';

export interface Page {
  data: StripeObject[];
  has_more: boolean;
}
export interface PageOf {
  /** The id of the last object of the page before. */
  after: string | undefined;
  customer?: string | undefined;
  testClock?: string | undefined;
}

/** A list of Stripe's, in pages, every object with the parts that its projector calls complete. */
export interface ObjectList {
  type: ObjectType;
  page(ask: Ask, of: PageOf): Promise<Page>;
}

const limit = 100;
const inList = (paths: readonly string[]) => paths.map((path) => `data.${path}`);

export const products: ObjectList = {
  type: 'product',
  // Smaller pages: each product's features are a request of their own, and all of a page share its bounds.
  page: async (ask, { after }) => {
    const page = await ask((sdk) => sdk.products.list({ limit: 20, starting_after: after }));
    const data = page.data.map(async (product) => ({ ...product, features: await featuresOf(ask, product.id) }));
    return { data: await Promise.all(data), has_more: page.has_more };
  },
};
export const prices: ObjectList = {
  type: 'price',
  page: (ask, { after }) =>
    ask((sdk) => sdk.prices.list({ limit, starting_after: after, expand: inList(priceExpansions) })),
};
export const testClocks: ObjectList = {
  type: 'test_helpers.test_clock',
  page: (ask, { after }) => ask((sdk) => sdk.testHelpers.testClocks.list({ limit, starting_after: after })),
};
export const customers: ObjectList = {
  type: 'customer',
  // Customers on a test clock are listed by it only.
  page: (ask, { after, testClock }) =>
    ask((sdk) => sdk.customers.list({ limit, test_clock: testClock, starting_after: after })),
};
export const subscriptions: ObjectList = {
  type: 'subscription',
  // Without a status Stripe leaves the ended ones out.
  page: (ask, { after, customer }) =>
    ask((sdk) =>
      sdk.subscriptions.list({
        limit,
        customer,
        status: 'all',
        starting_after: after,
        expand: inList(subscriptionExpansions),
      }),
    ),
};
export const invoices: ObjectList = {
  type: 'invoice',
  page: (ask, { after, customer }) => ask((sdk) => sdk.invoices.list({ limit, customer, starting_after: after })),
};
export const openCheckoutSessions: ObjectList = {
  type: 'checkout.session',
  page: (ask, { after, customer }) =>
    ask((sdk) => sdk.checkout.sessions.list({ limit, customer, status: 'open', starting_after: after })),
};
export const paymentMethods: ObjectList = {
  type: 'payment_method',
  page: (ask, { after, customer }) => {
    if (!customer) throw new Error('Payment methods are listed by customer.');
    return ask((sdk) => sdk.customers.listPaymentMethods(customer, { limit, starting_after: after }));
  },
};
