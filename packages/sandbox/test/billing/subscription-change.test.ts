import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customerWithCard, intentIdOf, invoiceOf, monthlyPrice } from '../support/billing-fixtures.js';
import { startTestSandbox, type TestSandbox } from '../support/sandbox.js';

let sandbox: TestSandbox;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startTestSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.close());

function itemOf(subscription: Stripe.Subscription): Stripe.SubscriptionItem {
  const [item] = subscription.items.data;
  if (!item) throw new Error('no item');
  return item;
}

describe('an upgrade', () => {
  async function subscribed(card = 'pm_card_visa') {
    const customer = await customerWithCard(stripe, card);
    const small = await monthlyPrice(stripe, 1000, { name: 'Starter' });
    const large = await monthlyPrice(stripe, 5000, { name: 'Scale' });
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: small.id }] });
    return { customer, small, large, subscription, item: itemOf(subscription) };
  }
  const pay = { proration_behavior: 'always_invoice', payment_behavior: 'pending_if_incomplete' } as const;

  async function chargesFail(customer: Stripe.Customer, card = 'pm_card_chargeCustomerFail') {
    const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
    await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
  }

  test('is billed at once and keeps item and period', async () => {
    const { subscription, large, item } = await subscribed();
    const before = sandbox.events().length;
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: large.id }],
      ...pay,
      expand: ['latest_invoice'],
    });
    expect(itemOf(updated)).toMatchObject({
      id: item.id,
      price: { id: large.id },
      plan: { id: large.id },
      current_period_end: item.current_period_end,
    });
    expect(updated.pending_update).toBeNull();
    const [debit, credit] = invoiceOf(updated).lines.data;
    expect(credit?.description).toMatch(/^Unused time on Starter after \d\d \w{3} \d{4}$/);
    expect(debit?.description).toMatch(/^Remaining time on Scale after /);
    expect(credit?.parent?.subscription_item_details).toMatchObject({
      proration: true,
      subscription_item: item.id,
      invoice_item: expect.stringMatching(/^ii_/),
    });
    const types = sandbox
      .events()
      .slice(before)
      .map(({ type }) => type);
    expect(types.filter((type) => /^(invoiceitem|customer)/.test(type))).toEqual([
      'invoiceitem.created',
      'invoiceitem.created',
      'customer.subscription.updated',
    ]);
    const event = sandbox.events('customer.subscription.updated').at(-1);
    expect(event?.data.previous_attributes).toMatchObject({
      items: expect.anything(),
      latest_invoice: expect.anything(),
    });
  });

  test('that is declined keeps the old plan; the change waits and is applied when it is paid', async () => {
    const { customer, subscription, small, large, item } = await subscribed();
    await chargesFail(customer);
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: large.id }],
      ...pay,
      expand: ['latest_invoice'],
    });
    expect(updated).toMatchObject({ status: 'active', pending_update: { expires_at: expect.any(Number) } });
    expect(itemOf(updated).price.id).toBe(small.id);
    expect(updated.pending_update?.subscription_items?.[0]?.price.id).toBe(large.id);
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await stripe.invoices.pay(invoiceOf(updated).id as string, { payment_method: card.id });
    const applied = await stripe.subscriptions.retrieve(subscription.id);
    expect(applied).toMatchObject({ status: 'active', pending_update: null });
    expect(itemOf(applied).price.id).toBe(large.id);
    expect(sandbox.events('customer.subscription.pending_update_applied').at(-1)?.data.object).toMatchObject({
      id: subscription.id,
    });
  });

  test('that needs the person waits for 23 hours, then its invoice is void', async () => {
    const { customer, subscription, small, large, item } = await subscribed();
    await chargesFail(customer, 'pm_card_authenticationRequired');
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: large.id }],
      ...pay,
      expand: ['latest_invoice.confirmation_secret'],
    });
    const intent = intentIdOf(invoiceOf(updated).confirmation_secret?.client_secret);
    expect((await stripe.paymentIntents.retrieve(intent)).status).toBe('requires_action');
    await sandbox.advance(23 * 3600 + 1);
    const expired = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(expired).toMatchObject({ status: 'active', pending_update: null });
    expect(itemOf(expired).price.id).toBe(small.id);
    expect(invoiceOf(expired).status).toBe('void');
    expect((await stripe.paymentIntents.retrieve(intent)).status).toBe('canceled');
    expect(sandbox.events('customer.subscription.pending_update_expired').at(-1)?.data.object).toMatchObject({
      id: subscription.id,
    });
  });

  test('may take back a cancellation, but only with its payment', async () => {
    const { customer, subscription, large, item } = await subscribed();
    await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
    await chargesFail(customer);
    const change = { items: [{ id: item.id, price: large.id }], ...pay, cancel_at_period_end: false };
    const declined = await stripe.subscriptions.update(subscription.id, change);
    expect(declined).toMatchObject({ cancel_at_period_end: true, pending_update: { cancel_at_period_end: false } });
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await stripe.invoices.pay(declined.latest_invoice as string, { payment_method: card.id });
    expect(await stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      cancel_at_period_end: false,
      cancel_at: null,
      pending_update: null,
    });
  });

  test('allow_incomplete changes the plan and leaves the debt past due; error_if_incomplete refuses', async () => {
    const { customer, subscription, small, large, item } = await subscribed();
    await chargesFail(customer);
    const change = { items: [{ id: item.id, price: large.id }], proration_behavior: 'always_invoice' as const };
    await expect(
      stripe.subscriptions.update(subscription.id, { ...change, payment_behavior: 'error_if_incomplete' }),
    ).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
    const kept = await stripe.subscriptions.retrieve(subscription.id);
    expect(kept).toMatchObject({ status: 'active', latest_invoice: subscription.latest_invoice });
    expect(itemOf(kept).price.id).toBe(small.id);
    const changed = await stripe.subscriptions.update(subscription.id, change);
    expect(changed.status).toBe('past_due');
    expect(itemOf(changed).price.id).toBe(large.id);
  });
});

describe('other changes', () => {
  test('a downgrade credits the balance, which the next invoice uses', async () => {
    const customer = await customerWithCard(stripe);
    const large = await monthlyPrice(stripe, 5000);
    const small = await monthlyPrice(stripe, 1000);
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: large.id }] });
    const item = itemOf(subscription);
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: small.id }],
      proration_behavior: 'always_invoice',
      proration_date: item.current_period_start,
      expand: ['latest_invoice'],
    });
    expect(invoiceOf(updated)).toMatchObject({ total: -4000, amount_due: 0, status: 'paid', ending_balance: -4000 });
    expect(((await stripe.customers.retrieve(customer.id)) as Stripe.Customer).balance).toBe(-4000);
    await sandbox.advance(item.current_period_end - sandbox.now() + 3600);
    const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(invoiceOf(renewed)).toMatchObject({
      total: 1000,
      amount_due: 0,
      starting_balance: -4000,
      ending_balance: -3000,
      status: 'paid',
    });
    const moves = await stripe.customers.listBalanceTransactions(customer.id);
    expect(moves.data.map(({ amount }) => amount)).toEqual([1000, -4000]);
  });

  test('create_prorations waits for the renewal; none owes nothing', async () => {
    const customer = await customerWithCard(stripe);
    const small = await monthlyPrice(stripe, 1000);
    const large = await monthlyPrice(stripe, 5000);
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: small.id }] });
    const item = itemOf(subscription);
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: large.id }],
      proration_date: item.current_period_start,
    });
    expect(updated.latest_invoice).toBe(subscription.latest_invoice);
    const upcoming = await stripe.invoices.createPreview({ subscription: subscription.id });
    expect(upcoming.lines.data.map(({ amount }) => amount)).toEqual([5000, -1000, 5000]);
    await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, quantity: 2 }],
      proration_behavior: 'none',
    });
    await sandbox.advance(item.current_period_end - sandbox.now() + 3600);
    const renewed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
    expect(invoiceOf(renewed).lines.data.map(({ amount }) => amount)).toEqual([5000, -1000, 10_000]);
    expect(invoiceOf(renewed)).toMatchObject({ status: 'paid', amount_paid: 14_000 });
  });

  test('a new anchor bills a whole period at once and credits the rest of the old one', async () => {
    const customer = await customerWithCard(stripe);
    const month = await monthlyPrice(stripe, 3000);
    const year = await monthlyPrice(stripe, 30_000, { recurring: { interval: 'year' } });
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: month.id }] });
    const item = itemOf(subscription);
    const updated = await stripe.subscriptions.update(subscription.id, {
      items: [{ id: item.id, price: year.id }],
      billing_cycle_anchor: { type: 'now' },
      expand: ['latest_invoice'],
    });
    const [credit, whole] = invoiceOf(updated).lines.data;
    expect(credit?.amount).toBeLessThan(-2990);
    expect(whole).toMatchObject({ amount: 30_000, parent: { subscription_item_details: { proration: false } } });
    expect(itemOf(updated).current_period_start).toBe(updated.billing_cycle_anchor);
  });

  test('in a trial owes nothing', async () => {
    const customer = await customerWithCard(stripe);
    const small = await monthlyPrice(stripe, 1000);
    const large = await monthlyPrice(stripe, 5000);
    const params = { customer: customer.id, items: [{ price: small.id }], trial_period_days: 14 };
    const subscription = await stripe.subscriptions.create(params);
    const change = {
      items: [{ id: itemOf(subscription).id, price: large.id }],
      proration_behavior: 'always_invoice' as const,
    };
    const updated = await stripe.subscriptions.update(subscription.id, change);
    expect(updated).toMatchObject({ status: 'trialing', latest_invoice: subscription.latest_invoice });
    expect(itemOf(updated)).toMatchObject({ price: { id: large.id }, current_period_end: subscription.trial_end });
  });

  test('an item without an id is added, a deleted one goes, the last one stays', async () => {
    const customer = await customerWithCard(stripe);
    const base = await monthlyPrice(stripe, 1000);
    const extra = await monthlyPrice(stripe, 500);
    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: base.id }] });
    const two = await stripe.subscriptions.update(subscription.id, { items: [{ price: extra.id, quantity: 2 }] });
    expect(two.items.data.map(({ price, quantity }) => [price.id, quantity])).toEqual([
      [base.id, 1],
      [extra.id, 2],
    ]);
    const added = two.items.data[1]?.id as string;
    await expect(stripe.subscriptions.update(subscription.id, { items: [{ price: extra.id }] })).rejects.toThrow(
      /Cannot add multiple subscription items with the same plan/,
    );
    const one = await stripe.subscriptions.update(subscription.id, { items: [{ id: added, deleted: true }] });
    expect(one.items.data).toHaveLength(1);
    await expect(stripe.subscriptionItems.retrieve(added)).rejects.toMatchObject({ statusCode: 404 });
    await expect(
      stripe.subscriptions.update(subscription.id, { items: [{ id: itemOf(one).id, deleted: true }] }),
    ).rejects.toMatchObject({ statusCode: 400 });
  });

  test('while incomplete only metadata and the payment method can change', async () => {
    const customer = await stripe.customers.create();
    const price = await monthlyPrice(stripe, 1000);
    const subscription = await stripe.subscriptions.create({
      customer: customer.id,
      items: [{ price: price.id }],
      payment_behavior: 'default_incomplete',
    });
    expect((await stripe.subscriptions.update(subscription.id, { metadata: { plan: 'team' } })).metadata).toEqual({
      plan: 'team',
    });
    await expect(
      stripe.subscriptions.update(subscription.id, { items: [{ id: itemOf(subscription).id, quantity: 2 }] }),
    ).rejects.toMatchObject({ statusCode: 400 });
  });
});

describe('previews', () => {
  test('of a start, a renewal, a cancellation; nothing of them remains', async () => {
    const customer = await customerWithCard(stripe);
    const price = await monthlyPrice(stripe, 2900);
    const before = sandbox.events().length;
    const start = await stripe.invoices.createPreview({
      customer: customer.id,
      subscription_details: { items: [{ price: price.id, quantity: 2 }] },
    });
    expect(start).toMatchObject({ total: 5800, amount_due: 5800, status: 'draft', number: null });
    expect(sandbox.events()).toHaveLength(before);
    expect((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toEqual([]);

    const subscription = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    const renewal = await stripe.invoices.createPreview({ subscription: subscription.id });
    expect(renewal).toMatchObject({ total: 2900, created: itemOf(subscription).current_period_end });
    const leaving = await stripe.invoices.createPreview({
      subscription: subscription.id,
      subscription_details: { cancel_now: true, proration_date: itemOf(subscription).current_period_start },
    });
    expect(leaving.total).toBe(-2900);
    await expect(
      stripe.invoices.createPreview({
        subscription: subscription.id,
        subscription_details: { cancel_at_period_end: true },
      }),
    ).rejects.toMatchObject({ code: 'invoice_upcoming_none' });
    expect(await stripe.subscriptions.retrieve(subscription.id)).toEqual(
      expect.objectContaining({ cancel_at_period_end: false, status: 'active' }),
    );
    expect((await stripe.invoices.list({ subscription: subscription.id })).data).toHaveLength(1);
  });
});
