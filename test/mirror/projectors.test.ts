import { Stripe } from 'stripe';
import { describe, expect, test } from 'vitest';
import type { ObjectType, StripeObject } from '../../src/mirror/projector.js';
import { allProjectors, projectedEventTypes } from '../../src/mirror/projectors/index.js';

const of = (type: ObjectType, ownerMetadata?: string) => {
  const found = allProjectors(ownerMetadata).get(type);
  if (!found) throw new Error(type);
  return found;
};
const rowOf = (type: ObjectType, payload: object) => of(type).row(payload as StripeObject) as Record<string, unknown>;
const isComplete = (type: ObjectType, payload: object) => of(type).complete(payload as StripeObject);
const metadata = {};

describe('product', () => {
  const product = {
    id: 'prod_1',
    object: 'product',
    name: 'Team',
    description: null,
    active: true,
    created: 5,
    metadata,
  };

  test('its metadata say which plan it is; without them its id, the default group and no rank', () => {
    expect(rowOf('product', product)).toMatchObject({
      ...{
        name: 'Team',
        planKey: 'prod_1',
        planGroup: 'default',
        planRank: null,
        trialDays: null,
        defaultPriceId: null,
      },
    });
    const plan = { plan_key: 'team', plan_group: 'seats', plan_rank: '2', plan_trial_days: ' 14 ' };
    expect(rowOf('product', { ...product, default_price: { id: 'price_1' }, metadata: plan })).toMatchObject({
      ...{ planKey: 'team', planGroup: 'seats', planRank: 2, trialDays: 14, defaultPriceId: 'price_1' },
    });
  });

  test.each(['soon', '-1', '1.5', '99999999999'])('a rank of %j is none', (rank) => {
    expect(rowOf('product', { ...product, metadata: { plan_rank: rank } }).planRank).toBeNull();
  });

  test('is complete with its features only; absent features keep what is stored', () => {
    expect(isComplete('product', product)).toBe(false);
    expect(rowOf('product', product).features).toBeUndefined();
    const feature = { id: 'feat_1', lookup_key: 'seats', name: 'Seats', metadata: { limit: '5' } };
    const features = [{ id: 'prodft_1', object: 'product_feature', entitlement_feature: feature }];
    expect(isComplete('product', { ...product, features })).toBe(true);
    expect(rowOf('product', { ...product, features }).features).toEqual([
      { id: 'prodft_1', featureId: 'feat_1', key: 'seats', name: 'Seats', metadata: { limit: '5' } },
    ]);
  });
});

describe('price', () => {
  const price = {
    ...{ id: 'price_1', object: 'price', product: 'prod_1', active: true, currency: 'usd', lookup_key: 'team_month' },
    ...{
      unit_amount: 2000,
      unit_amount_decimal: '2000',
      type: 'recurring',
      billing_scheme: 'per_unit',
      tiers_mode: null,
    },
    recurring: { interval: 'month', interval_count: 3, usage_type: 'licensed', meter: null },
    ...{ transform_quantity: null, created: 7, metadata },
  };
  const options = { usd: { unit_amount: 2000, unit_amount_decimal: '2000' } };

  test('amounts are exact decimals, whether Stripe sends objects, text or numbers', () => {
    const fraction = { unit_amount: null, unit_amount_decimal: Stripe.Decimal.from('0.0004') };
    const row = rowOf('price', { ...price, ...fraction, currency_options: { usd: fraction, jpy: { unit_amount: 3 } } });
    expect(row).toMatchObject({
      unitAmount: '0.0004',
      currencyOptions: { usd: { unit_amount_decimal: '0.0004' }, jpy: { unit_amount_decimal: '3' } },
    });
    expect(rowOf('price', price)).toMatchObject({
      ...{ productId: 'prod_1', lookupKey: 'team_month', unitAmount: '2000', interval: 'month', intervalCount: 3 },
      ...{
        usageType: 'licensed',
        meterId: null,
        billingScheme: 'per_unit',
        tiers: null,
        type: 'recurring',
        created: 7,
      },
    });
  });

  test('tiers in every currency; metered use; packages', () => {
    const tier = {
      up_to: null,
      unit_amount: null,
      unit_amount_decimal: '1.5',
      flat_amount: 100,
      flat_amount_decimal: null,
    };
    const stored = { up_to: null, unit_amount_decimal: '1.5', flat_amount_decimal: '100' };
    const tiered = {
      ...{ ...price, billing_scheme: 'tiered', tiers_mode: 'volume', unit_amount: null, unit_amount_decimal: null },
      ...{ tiers: [tier], currency_options: { eur: { tiers: [tier] } }, metadata: { plan_trial_days: '7' } },
      recurring: { interval: 'year', interval_count: 1, usage_type: 'metered', meter: 'mtr_1' },
      transform_quantity: { divide_by: 10, round: 'up' },
    };
    expect(rowOf('price', tiered)).toMatchObject({
      ...{
        unitAmount: null,
        tiersMode: 'volume',
        tiers: [stored],
        usageType: 'metered',
        meterId: 'mtr_1',
        trialDays: 7,
      },
      ...{ currencyOptions: { eur: { unit_amount_decimal: null, tiers: [stored] } } },
      transformQuantity: { divide_by: 10, round: 'up' },
    });
  });

  test('is complete with its currencies, and with the tiers of each where it has tiers', () => {
    const tiered = { ...price, billing_scheme: 'tiered', currency_options: { usd: { tiers: [] }, eur: {} } };
    expect(isComplete('price', price)).toBe(false);
    expect(isComplete('price', { ...price, currency_options: options })).toBe(true);
    expect(isComplete('price', tiered)).toBe(false);
    expect(isComplete('price', { ...tiered, tiers: [] })).toBe(false);
    expect(isComplete('price', { ...tiered, tiers: [], currency_options: { usd: { tiers: [] } } })).toBe(true);
  });

  test('the tiers of other currencies, which Stripe expands by currency only, are asked for by currency', async () => {
    const asked: unknown[] = [];
    const answers = [
      { ...price, billing_scheme: 'tiered', tiers: [], currency_options: { usd: { tiers: [] }, eur: {}, jpy: {} } },
      { ...price, billing_scheme: 'tiered', tiers: [], currency_options: { usd: { tiers: [] } } },
    ];
    const sdk = {
      prices: { retrieve: (_: string, params: unknown) => asked.push(params) && answers[asked.length - 1] },
    };
    await of('price').fetch((request) => request(sdk as never) as never, 'price_1');
    expect(asked).toEqual([
      { expand: ['currency_options', 'tiers'] },
      { expand: ['currency_options', 'tiers', 'currency_options.eur.tiers', 'currency_options.jpy.tiers'] },
    ]);
  });
});

describe('customer', () => {
  const customer = {
    ...{ id: 'cus_1', object: 'customer', email: 'alice@example.com', balance: -500, created: 9, default_source: null },
    invoice_settings: { default_payment_method: 'pm_1' },
  };

  test('its row, with and without optional parts', () => {
    expect(rowOf('customer', { ...customer, metadata })).toEqual({
      ...{ owner: null, email: 'alice@example.com', name: null, phone: null, address: null, currency: null },
      ...{ defaultPaymentMethodId: 'pm_1', balance: -500, delinquent: false, testClockId: null, metadata, created: 9 },
    });
  });

  test.each([
    [{ tollgate_owner: 'user:user_alice' }, 'user:user_alice'],
    [{ tollgate_owner: 'organization:org_acme', app_user: 'user_bob' }, 'organization:org_acme'],
    [{ app_user: 'user_bob' }, 'user:user_bob'],
    [{ app_user: 'organization:org_acme' }, 'organization:org_acme'],
    [{ app_user: '' }, null],
    [{}, null],
  ])('metadata %j name the owner %j', (given, owner) => {
    const row = of('customer', 'app_user').row({ ...customer, metadata: given } as StripeObject) as { owner: unknown };
    expect(row.owner).toBe(owner);
  });
});

describe('subscription', () => {
  const subscription = {
    ...{ id: 'sub_1', object: 'subscription', customer: { id: 'cus_1' }, status: 'active', currency: 'usd' },
    ...{ collection_method: 'charge_automatically', start_date: 1, trial_start: 2, trial_end: 3, cancel_at: 4 },
    ...{ cancel_at_period_end: true, canceled_at: 5, ended_at: null, billing_cycle_anchor: 6, pause_collection: null },
    ...{ pending_update: { expires_at: 7 }, discounts: [], schedule: 'sub_sched_1', latest_invoice: { id: 'in_1' } },
    ...{ pending_setup_intent: null, default_payment_method: null, metadata, created: 8 },
    items: { object: 'list', has_more: false, data: [] },
  };

  test('its row', () => {
    expect(rowOf('subscription', subscription)).toMatchObject({
      ...{ customerId: 'cus_1', status: 'active', trialStart: 2, trialEnd: 3, cancelAt: 4, cancelAtPeriodEnd: true },
      ...{
        canceledAt: 5,
        endedAt: null,
        billingCycleAnchor: 6,
        pauseCollection: null,
        pendingUpdate: { expires_at: 7 },
      },
      ...{ scheduleId: 'sub_sched_1', latestInvoiceId: 'in_1', pendingSetupIntentId: null, startDate: 1, created: 8 },
    });
  });

  test('is complete with all its items and whole discounts', () => {
    const discount = { id: 'di_1', object: 'discount', source: { coupon: { id: 'co_1' } }, promotion_code: null };
    const cut = { object: 'list', has_more: true, data: [] };
    expect(isComplete('subscription', subscription)).toBe(true);
    expect(isComplete('subscription', { ...subscription, items: cut })).toBe(false);
    expect(isComplete('subscription', { ...subscription, discounts: ['di_1'] })).toBe(false);
    expect(isComplete('subscription', { ...subscription, discounts: [discount] })).toBe(true);
    const code = { ...discount, promotion_code: 'promo_1' };
    expect(isComplete('subscription', { ...subscription, discounts: [code] })).toBe(false);
  });
});

describe('invoice', () => {
  const line = {
    ...{ id: 'il_1', object: 'line_item', description: 'Team', amount: 2000, currency: 'usd', quantity: 1 },
    ...{ quantity_decimal: Stripe.Decimal.from('1.5'), period: { start: 1, end: 2 } },
    pricing: { type: 'price_details', price_details: { price: 'price_1', product: 'prod_1' } },
    parent: {
      type: 'subscription_item_details',
      subscription_item_details: { proration: true },
      invoice_item_details: null,
    },
  };
  const invoice = {
    ...{ id: 'in_1', object: 'invoice', customer: 'cus_1', number: 'A-1', status: 'open', billing_reason: 'manual' },
    ...{ collection_method: 'charge_automatically', currency: 'usd', total: 2200, subtotal: 2000, amount_due: 2200 },
    ...{
      amount_paid: 0,
      amount_remaining: 2200,
      attempted: true,
      attempt_count: 2,
      next_payment_attempt: 3,
      due_date: null,
    },
    ...{ period_start: 4, period_end: 5, created: 6, status_transitions: { finalized_at: 7, paid_at: null } },
    parent: { type: 'subscription_details', subscription_details: { subscription: 'sub_1' } },
    total_taxes: [{ amount: 150 }, { amount: 50 }],
    lines: { object: 'list', has_more: false, data: [line] },
  };

  test('its row, taxes added up, lines as clients see them', () => {
    expect(rowOf('invoice', invoice)).toMatchObject({
      ...{ customerId: 'cus_1', subscriptionId: 'sub_1', number: 'A-1', status: 'open', total: 2200, tax: 200 },
      ...{ amountDue: 2200, amountRemaining: 2200, attempted: true, attemptCount: 2, nextPaymentAttempt: 3 },
      ...{ finalizedAt: 7, paidAt: null, hostedInvoiceUrl: null, invoicePdf: null, periodStart: 4, periodEnd: 5 },
      lines: [
        {
          ...{ id: 'il_1', description: 'Team', amount: 2000, currency: 'usd', quantity: '1.5', proration: true },
          ...{ period_start: 1, period_end: 2, price_id: 'price_1', product_id: 'prod_1' },
        },
      ],
    });
  });

  test('a line of neither subscription nor price; an invoice of no subscription', () => {
    const bare = { ...line, pricing: null, parent: null, quantity: null, quantity_decimal: null };
    const row = rowOf('invoice', { ...invoice, parent: null, total_taxes: null, lines: { data: [bare] } });
    expect(row).toMatchObject({ subscriptionId: null, tax: 0 });
    expect(row.lines).toMatchObject([{ quantity: null, proration: false, price_id: null, product_id: null }]);
  });

  test('is complete when its first page of lines is all of them', () => {
    expect(isComplete('invoice', invoice)).toBe(true);
    expect(isComplete('invoice', { ...invoice, lines: { ...invoice.lines, has_more: true } })).toBe(false);
  });
});

test('payment methods of each kind show their last digits; a detached one has no customer', () => {
  const card = { brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2030, fingerprint: 'fp_1' };
  expect(rowOf('payment_method', { id: 'pm_1', type: 'card', customer: null, created: 1, card })).toEqual({
    ...{ customerId: null, type: 'card', brand: 'visa', last4: '4242', expMonth: 12, expYear: 2030 },
    ...{ fingerprint: 'fp_1', created: 1 },
  });
  const sepa = { last4: '3000', fingerprint: 'fp_2' };
  expect(rowOf('payment_method', { type: 'sepa_debit', customer: 'cus_1', sepa_debit: sepa })).toMatchObject({
    ...{ customerId: 'cus_1', brand: null, last4: '3000', expMonth: null, fingerprint: 'fp_2' },
  });
});

test('checkout sessions and test clocks', () => {
  const session = {
    ...{ id: 'cs_1', customer: 'cus_1', mode: 'subscription', status: 'open', payment_status: 'unpaid', created: 1 },
    ...{ subscription: null, expires_at: 9, metadata: { tollgate_group: 'default' } },
  };
  expect(rowOf('checkout.session', session)).toEqual({
    ...{ customerId: 'cus_1', mode: 'subscription', status: 'open', paymentStatus: 'unpaid', subscriptionId: null },
    ...{ expiresAt: 9, metadata: { tollgate_group: 'default' }, created: 1 },
  });
  const clock = { id: 'clock_1', name: null, status: 'ready', frozen_time: 100, created: 1 };
  expect(rowOf('test_helpers.test_clock', clock)).toEqual({ name: null, status: 'ready', frozenTime: 100, created: 1 });
});

test('only what Stripe can delete may become a tombstone, and every event of an end is one of its events', () => {
  for (const projector of allProjectors().values()) {
    expect(projector.goneTypes.every((type) => projector.eventTypes.includes(type))).toBe(true);
    if (projector.goneTypes.length > 0) expect(projector.deletable).toBe(true);
  }
  expect(projectedEventTypes).toContain('customer.subscription.deleted');
});
