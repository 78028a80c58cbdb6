import type { Stripe } from 'stripe';
import { afterEach, describe, expect, it } from 'vitest';
import { createCommandWorld, viewer } from '../support/command-world.js';
import { createTestDatabase } from '../support/database.js';
import { route } from '../support/stripe-proxy.js';

const db = await createTestDatabase();
const world = await createCommandWorld(db);
const { commands, proxy } = world;
const { sdk } = world.stripe;
afterEach(() => proxy.restore());

type Who = ReturnType<typeof viewer>;
const month = (planKey: string, more: object = {}) => ({ planKey, interval: 'MONTH', ...more });
const codes = ({ refusals }: { refusals: { code: string }[] }) => refusals.map(({ code }) => code);
const change = (who: Who, id: string, input: object, idempotencyKey?: string) =>
  commands.changePlan({ viewer: who, subscriptionId: id, input, idempotencyKey });
const now = (id: string): Promise<Stripe.Subscription> => sdk.subscriptions.retrieve(id);
const pricesOf = (subscription: Stripe.Subscription) =>
  subscription.items.data.map(({ price, quantity }) => `${price.lookup_key}×${quantity ?? '-'}`).sort();
const mirroredPrices = async (id: string) =>
  (
    await db.sql<{ price: string }[]>`select price_id as price from stripe_subscription_items
    where subscription_id = ${id} order by price_id`
  ).map(({ price }) => price.replace('price_', ''));

/** Somebody with an active subscription; `card` replaces the one that it was begun with. */
async function subscribed(id: string, input: object = month('starter'), card?: string): Promise<[Who, string]> {
  const who = viewer(id);
  const { nextAction, subscriptionId } = await commands.startSubscription({
    viewer: who,
    input: { trial: false, ...input },
  });
  await world.confirm(nextAction?.intentId, 'pm_card_visa');
  const subscription = subscriptionId ?? '';
  if (card) {
    const method = await world.giveCard(who, card);
    await sdk.subscriptions.update(subscription, { default_payment_method: method.id });
  }
  await world.deliverAll();
  world.advance(86_400);
  return [who, subscription];
}

describe('a change of plan', () => {
  it('is charged and mirrored at once; the companions of the new plan come along', async () => {
    const [who, id] = await subscribed('user_up');
    const result = await change(who, id, month('scale'));
    expect(result).toEqual({ subscriptionId: id, nextAction: null, refusals: [] });
    expect(pricesOf(await now(id))).toEqual(['scale_monthly×1', 'scale_usage_monthly×-']);
    expect(await mirroredPrices(id)).toEqual(['scale_monthly', 'scale_usage_monthly']);
    const invoice = await sdk.invoices.retrieve(String((await now(id)).latest_invoice));
    expect([invoice.billing_reason, invoice.status]).toEqual(['subscription_update', 'paid']);
    expect(invoice.amount_paid).toBeGreaterThan(8000);
  });

  it('removes the old plan’s companions and leaves other items alone', async () => {
    const [who, id] = await subscribed('user_down', month('scale'));
    const product = await sdk.products.create({ name: 'Extra support' });
    const extra = await sdk.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 700,
      lookup_key: 'extra',
      recurring: { interval: 'month' },
    });
    await sdk.subscriptions.update(id, { items: [{ price: extra.id }] });
    await world.deliverAll();
    expect(codes(await change(who, id, month('team', { quantity: 3 })))).toEqual([]);
    expect(pricesOf(await now(id))).toEqual(['extra×1', 'team_monthly×3']);
  });

  it('to another interval keeps the seats', async () => {
    const [who, id] = await subscribed('user_year', month('team', { quantity: 4 }));
    expect(codes(await change(who, id, { planKey: 'team', interval: 'YEAR' }))).toEqual([]);
    expect(pricesOf(await now(id))).toEqual(['team_yearly×4']);
  });

  it('withdraws a scheduled cancellation, whichever way it was set', async () => {
    const [who, id] = await subscribed('user_stays');
    await commands.cancelSubscription({ viewer: who, subscriptionId: id, input: {} });
    expect(codes(await change(who, id, month('team')))).toEqual([]);
    expect(await now(id)).toMatchObject({ cancel_at_period_end: false, cancel_at: null });

    await sdk.subscriptions.update(id, { cancel_at: world.now() + 3 * 86_400 });
    expect(codes(await change(who, id, month('starter')))).toEqual([]);
    expect((await now(id)).cancel_at).toBeNull();
    const [row] = await db.sql<
      { at: number | null }[]
    >`select cancel_at as at from stripe_subscriptions where id = ${id}`;
    expect(row?.at).toBeNull();
  });
});

describe('a change that the card does not pay', () => {
  it('is declined with advice; the old plan and a scheduled cancellation stay', async () => {
    const [who, id] = await subscribed('user_poor', month('starter'), 'pm_card_chargeCustomerFail');
    await commands.cancelSubscription({ viewer: who, subscriptionId: id, input: {} });
    const result = await change(who, id, month('scale'));
    expect(codes(result)).toEqual(['CARD_DECLINED']);
    expect(result.nextAction?.kind).toBe('CONFIRM_PAYMENT');
    const after = await now(id);
    expect(pricesOf(after)).toEqual(['starter_monthly×1']);
    expect(after).toMatchObject({ status: 'active', cancel_at_period_end: true });
    expect(await mirroredPrices(id)).toEqual(['starter_monthly']);
  });

  it('until the person confirms waits, is answered again, and takes effect when paid', async () => {
    const [who, id] = await subscribed('user_sca', month('starter'), 'pm_card_threeDSecure2Required');
    const result = await change(who, id, month('scale'), 'up');
    expect(codes(result)).toEqual([]);
    expect(result.nextAction).toMatchObject({
      kind: 'CONFIRM_PAYMENT',
      expiresAt: (await now(id)).pending_update?.expires_at,
    });
    expect(pricesOf(await now(id))).toEqual(['starter_monthly×1']);
    const again = await change(who, id, month('scale'));
    expect(again.nextAction?.intentId).toBe(result.nextAction?.intentId);
    expect((await change(who, id, month('scale'), 'up')).nextAction).toEqual(result.nextAction);

    await world.confirm(result.nextAction?.intentId, 'pm_card_visa');
    await world.deliverAll();
    expect(await mirroredPrices(id)).toEqual(['scale_monthly', 'scale_usage_monthly']);
  });

  it('without any card says so', async () => {
    const [who, id] = await subscribed('user_no_card');
    for (const { id: method } of (await sdk.customers.listPaymentMethods(await world.customerOf(who))).data) {
      await sdk.paymentMethods.detach(method);
    }
    expect(codes(await change(who, id, month('scale')))).toEqual(['PAYMENT_METHOD_REQUIRED']);
  });
});

describe('a change is refused', () => {
  it.each([
    [month('starter'), 'NO_CHANGE', null],
    [month('gold'), 'PLAN_NOT_FOUND', ['change', 'planKey']],
    [{}, 'INPUT_INVALID', ['change']],
    [month('scale', { timing: 'AT_PERIOD_END' }), 'CHANGE_NOT_SUPPORTED', ['change', 'timing']],
    [month('scale', { prorationDate: new Date('2001-01-01T00:00:00Z') }), 'PREVIEW_STALE', ['change', 'prorationDate']],
  ])('to %j with %s', async (input, code, field) => {
    const [who, id] = await subscribed(`user_refused_${code}`);
    const result = await change(who, id, input);
    expect([codes(result), result.refusals[0]?.field]).toEqual([[code], field]);
  });

  it('of an ended, a foreign, an unknown subscription', async () => {
    const [who, id] = await subscribed('user_over');
    expect(codes(await change(viewer('user_thief'), id, month('scale')))).toEqual(['NOT_FOUND']);
    expect(codes(await change(who, 'sub_none', month('scale')))).toEqual(['NOT_FOUND']);
    const readOnly = viewer('user_over', { scopes: new Set(['billing:read']) });
    expect(codes(await change(readOnly, id, month('scale')))).toEqual(['FORBIDDEN']);
    await commands.cancelSubscription({ viewer: who, subscriptionId: id, input: { timing: 'NOW' } });
    const late = await change(who, id, month('scale'));
    expect(late.refusals).toMatchObject([{ code: 'ALREADY_ENDED', details: { subscriptionId: id } }]);
  });

  it('while an invoice waits, which it names', async () => {
    const [who, id] = await subscribed('user_owes', month('starter'), 'pm_card_chargeCustomerFail');
    world.advance(32 * 86_400);
    expect((await now(id)).status).toBe('past_due');
    const result = await change(who, id, month('scale'));
    expect(result.refusals).toMatchObject([
      { code: 'INVOICE_UNPAID', details: { invoiceId: (await now(id)).latest_invoice } },
    ]);
  });
});

describe('a change that Stripe made without answering', () => {
  it('is found by the repeat, and charged once', async () => {
    const [who, id] = await subscribed('user_cut_change');
    const hold = proxy.hold(route('POST', `/v1/subscriptions/${id}`), 'answer', 1);
    const first = change(who, id, month('scale'), 'cut');
    await hold.arrived();
    hold.drop();
    await first;
    expect(codes(await change(who, id, month('scale'), 'cut'))).toEqual([]);
    const invoices = await sdk.invoices.list({ subscription: id });
    expect(invoices.data.filter(({ billing_reason: reason }) => reason === 'subscription_update')).toHaveLength(1);
  });

  it('but with 500 is found by what it left', async () => {
    const [who, id] = await subscribed('user_500_change');
    await fetch(new URL('/_sandbox/faults/api', world.sandbox.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method: 'POST', path: `/v1/subscriptions/${id}`, status: 500, when: 'after', times: 1 }),
    });
    expect(codes(await change(who, id, month('scale')))).toEqual([]);
    expect(await mirroredPrices(id)).toEqual(['scale_monthly', 'scale_usage_monthly']);
  });
});
