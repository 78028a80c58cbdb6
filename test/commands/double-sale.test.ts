import { describe, expect, it } from 'vitest';
import { createLogger } from '../../src/log.js';
import { createCommandWorld, viewer } from '../support/command-world.js';
import { createTestDatabase } from '../support/database.js';

const db = await createTestDatabase();
const world = await createCommandWorld(db);
const { commands } = world;
const { sdk } = world.stripe;
type Who = ReturnType<typeof viewer>;
const urls = { successUrl: 'http://localhost:3000/done', cancelUrl: 'http://localhost:3000/back' };
const starter = { planKey: 'starter', interval: 'MONTH' };
const scale = { planKey: 'scale', interval: 'MONTH' };
const start = (who: Who, input: object) => commands.startSubscription({ viewer: who, input });
const checkout = (who: Who, input: object) => commands.startCheckout({ viewer: who, input: { ...urls, ...input } });
const codes = ({ refusals }: { refusals: { code: string }[] }) => refusals.map(({ code }) => code);
const statuses = async (who: Who) => (await world.subscriptionsOf(who)).map(({ status }) => status).sort();
const sessionStatus = async (id: string | null) => (await sdk.checkout.sessions.retrieve(id ?? '')).status;
/** What the person does on the hosted page. */
async function payOnPage(url: string | undefined): Promise<number> {
  const body = new URLSearchParams({ number: '4242424242424242', expiry: '12 / 34', cvc: '123', name: 'Alice' });
  return (await fetch(url ?? '', { method: 'POST', body, redirect: 'manual' })).status;
}

describe('a start that was abandoned', () => {
  it('and begun again with the same choice is the same subscription, with its secret', async () => {
    const who = viewer('user_same');
    const first = await start(who, starter);
    const again = await start(who, starter);
    expect(again.subscriptionId).toBe(first.subscriptionId);
    expect(again.nextAction).toEqual(first.nextAction);
    expect(await statuses(who)).toEqual(['incomplete']);
  });

  it('and begun again with another choice is withdrawn first', async () => {
    const who = viewer('user_other');
    const first = await start(who, starter);
    const second = await start(who, scale);
    expect(second.subscriptionId).not.toBe(first.subscriptionId);
    expect((await sdk.subscriptions.retrieve(first.subscriptionId ?? '')).status).toMatch(
      /canceled|incomplete_expired/,
    );
    // The old tab can no longer pay.
    await expect(world.confirm(first.nextAction?.intentId, 'pm_card_visa')).rejects.toThrow();
    await world.confirm(second.nextAction?.intentId, 'pm_card_visa');
    expect((await sdk.subscriptions.retrieve(second.subscriptionId ?? '')).status).toBe('active');
  });

  it('and paid in the very moment in which it is withdrawn is told to the operator', async () => {
    const who = viewer('user_moment');
    const lines: string[] = [];
    const log = createLogger('error', { write: (line) => void lines.push(line) });
    const first = await start(who, starter);
    const hold = world.proxy.hold(({ method }) => method === 'DELETE', 'before', 1);
    const second = world.commandsOf(world.mirror, { log }).startSubscription({ viewer: who, input: scale });
    await hold.arrived();
    await world.confirm(first.nextAction?.intentId, 'pm_card_visa');
    hold.release();
    expect(codes(await second)).toEqual([]);
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      subscriptionId: first.subscriptionId,
      invoiceId: expect.any(String),
    });
  });

  it('a trial whose card was never given is answered again too', async () => {
    const who = viewer('user_trial');
    const first = await start(who, { planKey: 'team', interval: 'MONTH' });
    const again = await start(who, { planKey: 'team', interval: 'MONTH' });
    expect(first.nextAction?.kind).toBe('CONFIRM_SETUP');
    expect(again).toEqual(first);
  });
});

describe('Checkout', () => {
  it('begun again with the same choice is the same page', async () => {
    const who = viewer('user_page');
    const first = await checkout(who, starter);
    expect(first.nextAction).toMatchObject({ kind: 'REDIRECT', url: expect.stringContaining('http') });
    const again = await checkout(who, starter);
    expect([again.sessionId, again.nextAction?.url]).toEqual([first.sessionId, first.nextAction?.url]);
  });

  it('begun again with another choice, or leading elsewhere, expires the first page', async () => {
    const who = viewer('user_pages');
    const first = await checkout(who, starter);
    const second = await checkout(who, scale);
    const third = await checkout(who, { ...scale, cancelUrl: 'http://localhost:3000/elsewhere' });
    expect(await Promise.all([first, second, third].map(({ sessionId }) => sessionStatus(sessionId)))).toEqual([
      'expired',
      'expired',
      'open',
    ]);
  });

  it('is expired by a start through Elements: the old tab cannot buy a second time', async () => {
    const who = viewer('user_old_tab');
    const page = await checkout(who, starter);
    const started = await start(who, starter);
    expect(await sessionStatus(page.sessionId)).toBe('expired');
    await payOnPage(page.nextAction?.url);
    await world.confirm(started.nextAction?.intentId, 'pm_card_visa');
    expect(await statuses(who)).toEqual(['active']);
  });

  it('withdraws a start through Elements: its old tab cannot buy a second time', async () => {
    const who = viewer('user_old_form');
    const started = await start(who, starter);
    const page = await checkout(who, starter);
    await expect(world.confirm(started.nextAction?.intentId, 'pm_card_visa')).rejects.toThrow();
    expect(await payOnPage(page.nextAction?.url)).toBeLessThan(400);
    expect((await statuses(who)).filter((status) => status === 'active')).toHaveLength(1);
  });

  it('completed while another start looks: the start finds what was bought there', async () => {
    const who = viewer('user_race');
    const page = await checkout(who, starter);
    const hold = world.proxy.hold(({ path }) => path.endsWith('/expire'), 'before', 1);
    const starting = start(who, scale);
    await hold.arrived();
    expect(await payOnPage(page.nextAction?.url)).toBeLessThan(400);
    hold.release();
    const result = await starting;
    expect(codes(result)).toEqual(['ALREADY_SUBSCRIBED']);
    expect(await statuses(who)).toEqual(['active']);
  });
});

describe('two subscriptions of one group in force all the same', () => {
  it('are told by a notice', async () => {
    const who = viewer('user_two');
    const first = await start(who, starter);
    await world.confirm(first.nextAction?.intentId, 'pm_card_visa');
    const card = await world.giveCard(who, 'pm_card_visa');
    const customer = await world.customerOf(who);
    const items = [{ price: 'price_scale_monthly' }];
    await sdk.subscriptions.create({ customer, default_payment_method: card.id, items });
    await world.deliverAll();
    const [row] = await db.sql<{ kinds: string[] }[]>`
      select array(select jsonb_array_elements(status->'notices')->>'kind') as kinds
      from billing_accounts where owner_id = 'user_two'`;
    expect(row?.kinds).toContain('DUPLICATE_SUBSCRIPTION');
  });
});

describe('what is left of earlier starts', () => {
  it('is cleared when a subscription comes into force, on whatever way', async () => {
    const who = viewer('user_left');
    const page = await checkout(who, starter);
    // Bought elsewhere, behind the gateway's back.
    const customer = await world.customerOf(who);
    const card = await world.giveCard(who, 'pm_card_visa');
    const base = { customer, default_payment_method: card.id };
    await sdk.subscriptions.create({ ...base, items: [{ price: 'price_scale_monthly' }] });
    const begun = await sdk.subscriptions.create({
      ...base,
      items: [{ price: 'price_starter_monthly' }],
      payment_behavior: 'default_incomplete',
    });
    await world.deliverAll();
    const accounts = await db.sql<{ id: string }[]>`select id from billing_accounts where owner_id = 'user_left'`;
    commands.leftovers.look(accounts.map(({ id }) => id));
    await commands.leftovers.idle();
    expect(await sessionStatus(page.sessionId)).toBe('expired');
    expect((await sdk.subscriptions.retrieve(begun.id)).status).toMatch(/canceled|incomplete_expired/);
    const [row] = await db.sql<{ status: string }[]>`select status from stripe_subscriptions where id = ${begun.id}`;
    expect(row?.status).toMatch(/canceled|incomplete_expired/);
  });

  it('stays where nothing is in force, and in other groups', async () => {
    const who = viewer('user_keeps');
    const page = await checkout(who, starter);
    const product = await sdk.products.create({ name: 'Add-on', metadata: { plan_group: 'addons' } });
    const price = await sdk.prices.create({
      product: product.id,
      currency: 'usd',
      unit_amount: 500,
      recurring: { interval: 'month' },
    });
    const card = await world.giveCard(who, 'pm_card_visa');
    const customer = await world.customerOf(who);
    await sdk.subscriptions.create({ customer, default_payment_method: card.id, items: [{ price: price.id }] });
    await world.deliverAll();
    const accounts = await db.sql<{ id: string }[]>`select id from billing_accounts where owner_id = 'user_keeps'`;
    commands.leftovers.look(accounts.map(({ id }) => id));
    await commands.leftovers.idle();
    expect(await sessionStatus(page.sessionId)).toBe('open');
  });
});
