import type { AccountStatus } from '../../src/access/status-types.js';
import type { Queryable } from '../../src/db/connect.js';
import * as tables from '../../src/db/tables/index.js';
import type { ProductFeature } from '../../src/db/tables/products.js';

const start = 1_760_000_000;
const day = 86_400;
const month = 30 * day;

/** Rows as the mirror would have them: alice with all that can be had, bob and acme with little, a catalogue. */
export async function fillReadWorld({ orm }: Queryable): Promise<void> {
  await orm
    .insert(tables.stripeProducts)
    .values([
      product('prod_starter', { planKey: 'starter', name: 'Starter', planRank: 1, trialDays: 14 }),
      product('prod_team', { planKey: 'team', name: 'Team', planRank: 2, features, metadata: { 'limit:seats': '25' } }),
      product('prod_scale', { planKey: 'scale', name: 'Scale', planRank: 3, created: start + 5 }),
      product('prod_twin', { planKey: 'scale', name: 'Younger twin', planRank: 9, created: start + 9 }),
      product('prod_old', { planKey: 'old', name: 'Old', active: false }),
      product('prod_book', { planKey: 'book', name: 'Sold once' }),
    ]);
  await orm.insert(tables.stripePrices).values([
    price('price_starter', 'prod_starter', { unitAmount: '900' }),
    price('price_team', 'prod_team', {
      unitAmount: '2900',
      lookupKey: 'team_month',
      currencyOptions: { usd: { unit_amount_decimal: '2900' }, jpy: { unit_amount_decimal: '4200' } },
    }),
    price('price_team_year', 'prod_team', { unitAmount: '29000', interval: 'year' }),
    price('price_scale', 'prod_scale', { unitAmount: '9900' }),
    price('price_scale_use', 'prod_scale', {
      unitAmount: null,
      usageType: 'metered',
      billingScheme: 'tiered',
      tiersMode: 'graduated',
      tiers: [
        { up_to: 1000, unit_amount_decimal: '0', flat_amount_decimal: null },
        { up_to: null, unit_amount_decimal: '0.04', flat_amount_decimal: '500' },
      ],
    }),
    price('price_twin', 'prod_twin', { unitAmount: '1' }),
    price('price_old', 'prod_old', { unitAmount: '500', active: false, interval: 'fortnight' }),
    price('price_book', 'prod_book', { unitAmount: '1500', type: 'one_time', interval: null, usageType: null }),
  ]);

  await orm.insert(tables.stripeCustomers).values([
    { id: 'cus_alice', raw: {}, email: 'alice@example.com', name: 'Alice', address, currency: 'usd', created: start },
    { id: 'cus_bob', raw: {}, email: 'bob@example.com', created: start },
  ]);
  await orm.update(tables.stripeCustomers).set({ defaultPaymentMethodId: 'pm_alice_1', phone: '+1 555 0100' });
  await orm
    .insert(tables.stripePaymentMethods)
    .values([
      method('pm_alice_1', 'cus_alice', { expMonth: 12, expYear: 2019 }),
      method('pm_alice_2', 'cus_alice', { created: start + 1, brand: 'mastercard' }),
      method('pm_alice_gone', 'cus_alice', { deletedAt: new Date(start * 1000) }),
      method('pm_bob', 'cus_bob'),
    ]);
  await orm.insert(tables.billingAccounts).values([
    { id: 'tga_alice', ownerKind: 'user', ownerId: 'user_alice', stripeCustomerId: 'cus_alice', version: 7, status },
    { id: 'tga_bob', ownerKind: 'user', ownerId: 'user_bob', stripeCustomerId: 'cus_bob', email: 'b@example.com' },
    { id: 'tga_acme', ownerKind: 'organization', ownerId: 'org_acme', email: 'billing@acme.example' },
  ]);
  await orm.insert(tables.stripeSubscriptions).values([
    subscription('sub_alice', 'cus_alice', {
      cancelAtPeriodEnd: true,
      canceledAt: start + day,
      trialStart: start - month,
      trialEnd: start,
      latestInvoiceId: 'in_alice_3',
      discounts: [{ end: null, source: { coupon }, promotion_code: { code: 'WELCOME' } }],
      pendingUpdate: {
        expires_at: start + day,
        subscription_items: [{ id: 'si_alice_1', quantity: 9, price: { id: 'price_scale', product: 'prod_scale' } }],
      },
    }),
    subscription('sub_alice_old', 'cus_alice', { status: 'canceled', created: start - 5, endedAt: start + 9 }),
    subscription('sub_alice_legacy', 'cus_alice', {
      status: 'past_due',
      created: start + 3,
      pauseCollection: { behavior: 'void' },
      latestInvoiceId: 'in_alice_1',
    }),
    subscription('sub_alice_new', 'cus_alice', { status: 'from_the_future', created: start + 3 }),
    subscription('sub_bob', 'cus_bob'),
    { id: 'sub_only_counted', customerId: 'cus_alice', dirtySeq: 1 },
  ]);
  await orm
    .insert(tables.stripeSubscriptionItems)
    .values([
      item('si_alice_0', 'sub_alice', 0, 'price_scale_use', 'prod_scale', { quantity: null }),
      item('si_alice_1', 'sub_alice', 1, 'price_team', 'prod_team', { quantity: '3' }),
      item('si_alice_old', 'sub_alice_old', 0, 'price_team', 'prod_team'),
      item('si_alice_legacy', 'sub_alice_legacy', 0, 'price_old', 'prod_old'),
      item('si_alice_new', 'sub_alice_new', 0, 'price_unknown', 'prod_unknown'),
      item('si_bob', 'sub_bob', 0, 'price_starter', 'prod_starter'),
    ]);
  await orm.insert(tables.stripeInvoices).values([
    invoice('in_alice_1', 'cus_alice', { created: start, subscriptionId: 'sub_alice_legacy' }),
    invoice('in_alice_2', 'cus_alice', { created: start + 1, currency: 'jpy', total: 4200, status: 'paid' }),
    invoice('in_alice_3', 'cus_alice', { created: start + 2, currency: 'kwd', total: -5, status: 'draft' }),
    invoice('in_alice_4', 'cus_alice', {
      created: start + 2,
      status: 'sparkling',
      lines: null,
      subscriptionId: null,
    }),
    invoice('in_bob', 'cus_bob', { created: start, subscriptionId: 'sub_bob' }),
  ]);
}

const address = {
  line1: '1 Main St',
  line2: null,
  city: 'Springfield',
  state: null,
  postal_code: '12345',
  country: 'US',
};
const coupon = { name: 'Welcome', percent_off: 12.5, amount_off: null, currency: null };
const features: ProductFeature[] = [
  { id: 'prodft_1', featureId: 'feat_1', key: 'seats', name: 'Seats', metadata: { limit: '1' } },
  { id: 'prodft_2', featureId: 'feat_2', key: 'export', name: 'Export', metadata: {} },
];

const status: AccountStatus = {
  state: 'GRACE',
  reason: 'PAYMENT_FAILED',
  graceEndsAt: start + 7 * day,
  features: [{ key: 'seats', name: 'Seats', allowed: true, limit: '25', source: 'PLAN' }],
  subscriptions: [],
  openInvoice: { id: 'in_alice_1', status: 'open', amountRemaining: 2000, attemptCount: 1, nextPaymentAttempt: null },
  notices: [
    {
      kind: 'PAYMENT_FAILED',
      severity: 'CRITICAL',
      dueAt: start,
      invoiceId: 'in_alice_1',
      subscriptionId: 'sub_alice',
    },
    { kind: 'CARD_EXPIRING', severity: 'INFO', dueAt: null, invoiceId: null, subscriptionId: 'sub_alice_legacy' },
    { kind: 'TRIAL_ENDING', severity: 'INFO', dueAt: null, invoiceId: 'in_nobody', subscriptionId: null },
  ],
};

function product(id: string, values: Partial<typeof tables.stripeProducts.$inferInsert>) {
  return { id, raw: {}, active: true, created: start, ...values };
}
function price(id: string, productId: string, values: Partial<typeof tables.stripePrices.$inferInsert>) {
  const monthly = { type: 'recurring', interval: 'month', intervalCount: 1, usageType: 'licensed' };
  return { id, productId, raw: {}, active: true, currency: 'usd', billingScheme: 'per_unit', ...monthly, ...values };
}
function method(id: string, customerId: string, values: Partial<typeof tables.stripePaymentMethods.$inferInsert> = {}) {
  const card = { type: 'card', brand: 'visa', last4: '4242', expMonth: 1, expYear: 2050 };
  return { id, customerId, raw: {}, created: start, ...card, ...values };
}
function subscription(
  id: string,
  customerId: string,
  values: Partial<typeof tables.stripeSubscriptions.$inferInsert> = {},
) {
  const common = {
    raw: {},
    status: 'active',
    startDate: start,
    created: start,
    collectionMethod: 'charge_automatically',
  };
  return { id, customerId, ...common, ...values };
}
function item(
  id: string,
  subscriptionId: string,
  position: number,
  priceId: string,
  productId: string,
  values: Partial<typeof tables.stripeSubscriptionItems.$inferInsert> = {},
) {
  const period = { currentPeriodStart: start + position, currentPeriodEnd: start + month + position };
  return { id, subscriptionId, position, priceId, productId, quantity: '1', ...period, ...values };
}
function invoice(id: string, customerId: string, values: Partial<typeof tables.stripeInvoices.$inferInsert> = {}) {
  const line = (n: number) => ({
    id: `il_${id}_${n}`,
    description: `Line ${n}`,
    amount: 1000 * n,
    currency: values.currency ?? 'usd',
    quantity: n === 2 ? null : '1.5',
    period_start: start,
    period_end: start + month,
    proration: n === 1,
    price_id: 'price_team',
    product_id: n === 3 ? null : 'prod_team',
  });
  const amounts = { total: 2000, subtotal: 2000, amountDue: 2000, amountRemaining: 2000, currency: 'usd' };
  const about = { number: `N-${id}`, status: 'open', hostedInvoiceUrl: `https://pay.example.com/${id}` };
  return { id, customerId, raw: {}, lines: [line(1), line(2), line(3)], ...amounts, ...about, ...values };
}
