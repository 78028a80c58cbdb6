import { describe, expect, it } from 'vitest';
import { createCommandWorld, viewer } from '../support/command-world.js';
import { createTestDatabase } from '../support/database.js';

const db = await createTestDatabase();
const world = await createCommandWorld(db);
const { commands } = world;
const start = (who: ReturnType<typeof viewer>, input: object, idempotencyKey?: string) =>
  commands.startSubscription({ viewer: who, input, idempotencyKey });
const codes = ({ refusals }: { refusals: { code: string }[] }) => refusals.map(({ code }) => code);
const mirrored = async (id: string | null) => {
  const [row] = await db.sql<{ status: string; items: number }[]>`
    select status, (select count(*)::int from stripe_subscription_items where subscription_id = s.id) as items
    from stripe_subscriptions s where id = ${id}`;
  return row;
};

describe('a start', () => {
  it('answers a secret to confirm, is mirrored at once, and active once it was confirmed', async () => {
    const alice = viewer('user_alice');
    const result = await start(alice, { planKey: 'starter', interval: 'MONTH' });
    expect(codes(result)).toEqual([]);
    expect(result.nextAction).toMatchObject({
      kind: 'CONFIRM_PAYMENT',
      intentId: expect.stringMatching(/^pi_/),
      clientSecret: expect.stringContaining('_secret_'),
      customerId: await world.customerOf(alice),
      publishableKey: 'pk_test_world',
    });
    expect(result.nextAction?.expiresAt).toBeGreaterThan(world.now() + 22 * 3600);
    expect(await mirrored(result.subscriptionId)).toEqual({ status: 'incomplete', items: 1 });

    const intent = await world.confirm(result.nextAction?.intentId, 'pm_card_visa');
    expect(intent.status).toBe('succeeded');
    await world.deliverAll();
    expect((await mirrored(result.subscriptionId))?.status).toBe('active');
    const [subscription] = await world.subscriptionsOf(alice);
    expect(subscription?.metadata).toMatchObject({
      tollgate_group: 'default',
      tollgate_command: expect.stringMatching(/^tgc_/),
    });
  });

  it('of a plan charged by use subscribes its metered prices along', async () => {
    const result = await start(viewer('user_scale'), { priceKey: 'scale_monthly' });
    expect(await mirrored(result.subscriptionId)).toEqual({ status: 'incomplete', items: 2 });
  });

  it('in another currency, with seats', async () => {
    const who = viewer('user_seats');
    await start(who, { planKey: 'team', interval: 'MONTH', currency: 'eur', quantity: 4, trial: false });
    const [subscription] = await world.subscriptionsOf(who);
    expect(subscription?.currency).toBe('eur');
    expect(subscription?.items.data[0]?.quantity).toBe(4);
  });

  it('with a trial asks for a card by a setup intent, and only once an owner', async () => {
    const who = viewer('user_trial');
    const result = await start(who, { planKey: 'team', interval: 'MONTH' });
    expect(result.nextAction).toMatchObject({ kind: 'CONFIRM_SETUP', intentId: expect.stringMatching(/^seti_/) });
    expect((await mirrored(result.subscriptionId))?.status).toBe('trialing');
    const [trial] = await world.subscriptionsOf(who);
    expect(trial?.trial_settings?.end_behavior.missing_payment_method).toBe('cancel');

    await commands.cancelSubscription({
      viewer: who,
      subscriptionId: result.subscriptionId ?? '',
      input: { timing: 'NOW' },
    });
    const second = await start(who, { planKey: 'team', interval: 'MONTH' });
    expect(second.nextAction?.kind).toBe('CONFIRM_PAYMENT');
    expect((await mirrored(second.subscriptionId))?.status).toBe('incomplete');
  });

  it('without its trial when none is wanted', async () => {
    const result = await start(viewer('user_no_trial'), { planKey: 'team', interval: 'MONTH', trial: false });
    expect(result.nextAction?.kind).toBe('CONFIRM_PAYMENT');
  });
});

describe('a start with a saved card', () => {
  const withCustomer = async (id: string) => {
    const who = viewer(id);
    const begun = await start(who, { planKey: 'starter', interval: 'YEAR' });
    await commands.cancelSubscription({ viewer: who, subscriptionId: begun.subscriptionId ?? '', input: {} });
    return who;
  };

  it('is paid at once', async () => {
    const who = await withCustomer('user_card');
    const card = await world.giveCard(who, 'pm_card_visa');
    const result = await start(who, { planKey: 'starter', interval: 'MONTH', paymentMethodId: card.id });
    expect([result.nextAction, codes(result)]).toEqual([null, []]);
    expect((await mirrored(result.subscriptionId))?.status).toBe('active');
  });

  it('needs nothing more for a trial', async () => {
    const who = await withCustomer('user_trial_card');
    const card = await world.giveCard(who, 'pm_card_visa');
    const result = await start(who, { planKey: 'team', interval: 'MONTH', paymentMethodId: card.id });
    expect([result.nextAction, codes(result)]).toEqual([null, []]);
    expect((await mirrored(result.subscriptionId))?.status).toBe('trialing');
  });

  it('that asks for 3-D Secure leads to a next action', async () => {
    const who = await withCustomer('user_3ds');
    const card = await world.giveCard(who, 'pm_card_threeDSecure2Required');
    const input = { planKey: 'starter', interval: 'MONTH', paymentMethodId: card.id };
    const result = await start(who, input);
    expect(codes(result)).toEqual([]);
    expect(result.nextAction?.kind).toBe('CONFIRM_PAYMENT');
    // The same again is the same subscription, not a second one.
    const again = await start(who, input);
    expect(again.subscriptionId).toBe(result.subscriptionId);
    expect(again.nextAction?.clientSecret).toBe(result.nextAction?.clientSecret);
  });

  it('that is declined says so with advice, and leaves nothing behind', async () => {
    const who = await withCustomer('user_declined');
    const card = await world.giveCard(who, 'pm_card_chargeCustomerFail');
    const input = { planKey: 'starter', interval: 'MONTH', paymentMethodId: card.id };
    const result = await start(who, input, 'try-1');
    expect(codes(result)).toEqual(['CARD_DECLINED']);
    expect(result.refusals[0]?.details).toMatchObject({ declineCode: expect.any(String), advice: expect.any(String) });
    expect(
      (await world.subscriptionsOf(who)).filter(
        ({ status }) => status !== 'canceled' && status !== 'incomplete_expired',
      ),
    ).toEqual([]);
    // The same key answers as the first did; a new one with another card goes through.
    expect(codes(await start(who, input, 'try-1'))).toEqual(['CARD_DECLINED']);
    const good = await world.giveCard(who, 'pm_card_visa');
    const second = await start(who, { ...input, paymentMethodId: good.id }, 'try-2');
    expect((await mirrored(second.subscriptionId))?.status).toBe('active');
  });

  it('of somebody else is not found', async () => {
    const who = await withCustomer('user_thief');
    const other = await world.giveCard(await withCustomer('user_victim'), 'pm_card_visa');
    const result = await start(who, { planKey: 'starter', interval: 'MONTH', paymentMethodId: other.id });
    expect(codes(result)).toEqual(['NOT_FOUND']);
    expect(result.refusals[0]?.field).toEqual(['input', 'paymentMethodId']);
  });
});

describe('a start is refused', () => {
  it('beside a subscription in force, which it names', async () => {
    const who = viewer('user_has_one');
    const first = await start(who, { planKey: 'starter', interval: 'MONTH' });
    await world.confirm(first.nextAction?.intentId, 'pm_card_visa');
    // No event was delivered yet: Stripe's own list tells.
    const second = await start(who, { planKey: 'scale', interval: 'MONTH' });
    expect(codes(second)).toEqual(['ALREADY_SUBSCRIBED']);
    expect(second.refusals[0]?.details.subscriptionId).toBe(first.subscriptionId);
    expect((await mirrored(first.subscriptionId))?.status).toBe('active');
  });

  it('in another currency than the account is billed in', async () => {
    const who = viewer('user_usd');
    const first = await start(who, { planKey: 'starter', interval: 'MONTH' });
    await world.confirm(first.nextAction?.intentId, 'pm_card_visa');
    await world.deliverAll();
    await commands.cancelSubscription({
      viewer: who,
      subscriptionId: first.subscriptionId ?? '',
      input: { timing: 'NOW' },
    });
    expect(codes(await start(who, { planKey: 'starter', interval: 'MONTH', currency: 'eur' }))).toEqual([
      'CURRENCY_LOCKED',
    ]);
  });

  it.each([
    [{}, 'INPUT_INVALID', ['input']],
    [{ planKey: 'gold', interval: 'MONTH' }, 'PLAN_NOT_FOUND', ['input', 'planKey']],
    [{ planKey: 'starter', interval: 'WEEK' }, 'PRICE_NOT_FOUND', ['input', 'interval']],
    [{ priceId: 'price_none' }, 'PRICE_NOT_FOUND', ['input', 'priceId']],
    [{ planKey: 'team', interval: 'MONTH', quantity: 0 }, 'SEATS_INVALID', ['input', 'quantity']],
  ])('for %j with %s', async (input, code, field) => {
    const who = viewer('user_unsure');
    const result = await start(who, input);
    expect([codes(result), result.refusals[0]?.field]).toEqual([[code], field]);
    await expect(world.customerOf(who)).rejects.toThrow('has no customer');
  });

  it('for a read-only token, a server and somebody else’s account', async () => {
    const input = { planKey: 'starter', interval: 'MONTH' };
    const readOnly = viewer('user_ro', { scopes: new Set(['billing:read']) });
    const member = viewer('user_m', { org: 'org_acme', scopes: new Set() });
    const server = viewer('srv', { role: 'server' });
    for (const who of [readOnly, member, server]) expect(codes(await start(who, input))).toEqual(['FORBIDDEN']);
    const foreign = await commands.startSubscription({
      viewer: viewer('user_x'),
      accountRef: 'user:user_alice',
      input,
    });
    expect(codes(foreign)).toEqual(['NOT_FOUND']);
    const nobody = await commands.startSubscription({ viewer: viewer('user_x'), accountRef: 'tga_none', input });
    expect(codes(nobody)).toEqual(['NOT_FOUND']);
  });
});
