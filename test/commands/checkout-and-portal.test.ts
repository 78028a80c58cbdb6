import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import { commandConfig } from '../support/command-settings.js';
import { createCommandWorld, viewer } from '../support/command-world.js';
import { createTestDatabase } from '../support/database.js';

const db = await createTestDatabase();
const world = await createCommandWorld(db);
const { commands } = world;
const { sdk } = world.stripe;
type Who = ReturnType<typeof viewer>;
const codes = ({ refusals }: { refusals: { code: string }[] }) => refusals.map(({ code }) => code);
const urls = { successUrl: 'http://localhost:3000/done?session={CHECKOUT_SESSION_ID}' };
const checkout = (who: Who, input: object) => commands.startCheckout({ viewer: who, input });
const starter = { planKey: 'starter', interval: 'MONTH' };

describe('Checkout', () => {
  it('hosted answers a page for the account’s customer, mirrored without its address', async () => {
    const who = viewer('user_hosted');
    const result = await checkout(who, { ...starter, ...urls, locale: 'de' });
    expect(codes(result)).toEqual([]);
    const session = await sdk.checkout.sessions.retrieve(result.sessionId ?? '');
    expect(result.nextAction).toEqual({ kind: 'REDIRECT', url: session.url, expiresAt: session.expires_at });
    expect(session).toMatchObject({
      mode: 'subscription',
      customer: await world.customerOf(who),
      success_url: urls.successUrl,
      locale: 'de',
      metadata: { tollgate_group: 'default', tollgate_price: 'price_starter_monthly' },
    });
    const [row] = await db.sql<{ raw: string; status: string }[]>`
      select raw::text as raw, status from stripe_checkout_sessions where id = ${session.id}`;
    expect(row?.status).toBe('open');
    expect(row?.raw).not.toContain(session.url);
  });

  it('offers the plan’s trial once', async () => {
    const who = viewer('user_trial_page');
    const { sessionId } = await checkout(who, { planKey: 'team', interval: 'MONTH', quantity: 2, ...urls });
    const { data } = await sdk.checkout.sessions.listLineItems(sessionId ?? '');
    expect(data.map(({ price, quantity }) => [price?.id, quantity])).toEqual([['price_team_monthly', 2]]);
    expect((await sdk.checkout.sessions.retrieve(sessionId ?? '')).amount_total).toBe(0);
  });

  it('brings metered prices along', async () => {
    const { sessionId } = await checkout(viewer('user_metered'), { planKey: 'scale', interval: 'MONTH', ...urls });
    const { data } = await sdk.checkout.sessions.listLineItems(sessionId ?? '');
    expect(data.map(({ price }) => price?.id).sort()).toEqual(['price_scale_monthly', 'price_scale_usage_monthly']);
  });

  it('embedded answers a client secret', async () => {
    const input = { ...starter, uiMode: 'EMBEDDED', returnUrl: 'http://localhost:3000/back' };
    const result = await checkout(viewer('user_embedded'), input);
    expect(codes(result)).toEqual([]);
    expect(result.nextAction).toMatchObject({ clientSecret: expect.any(String), publishableKey: 'pk_test_world' });
    expect(result.nextAction?.url).toBeUndefined();
  });

  it('answers the same key with the same page, whose address is not in the ledger', async () => {
    const request = { viewer: viewer('user_key'), input: { ...starter, ...urls }, idempotencyKey: 'page' };
    const first = await commands.startCheckout(request);
    expect(await commands.startCheckout(request)).toEqual(first);
    const [row] = await db.sql<{ outcome: string }[]>`select outcome::text as outcome from commands where key = 'page'`;
    expect(row?.outcome).not.toContain('http');
  });

  it.each([
    [{}, 'INPUT_INVALID', ['input', 'successUrl']],
    [{ successUrl: 'https://evil.example.com/' }, 'RETURN_URL_REFUSED', ['input', 'successUrl']],
    [{ successUrl: 'https://app.example.com.evil.com/' }, 'RETURN_URL_REFUSED', ['input', 'successUrl']],
    [{ ...urls, cancelUrl: 'https://evil.example.com/' }, 'RETURN_URL_REFUSED', ['input', 'cancelUrl']],
    [{ ...urls, returnUrl: 'http://localhost/' }, 'INPUT_INVALID', ['input', 'returnUrl']],
    [{ uiMode: 'EMBEDDED' }, 'INPUT_INVALID', ['input', 'returnUrl']],
    [{ uiMode: 'EMBEDDED', ...urls, returnUrl: 'http://localhost/' }, 'INPUT_INVALID', ['input', 'successUrl']],
  ])('is refused for %j with %s', async (more, code, field) => {
    const result = await checkout(viewer('user_urls'), { ...starter, ...more });
    expect([codes(result), result.refusals[0]?.field]).toEqual([[code], field]);
  });

  it('may lead to the origins that are allowed', async () => {
    const input = { ...starter, successUrl: 'https://app.example.com/done' };
    expect(codes(await checkout(viewer('user_allowed'), input))).toEqual([]);
  });
});

describe('the portal', () => {
  const open = (who: Who, input: object = {}) => commands.openPortal({ viewer: who, input });

  it('opens for an account that has bought something, on the page asked for', async () => {
    const who = viewer('user_manages');
    const { nextAction, subscriptionId } = await commands.startSubscription({ viewer: who, input: starter });
    await world.confirm(nextAction?.intentId, 'pm_card_visa');
    await world.deliverAll();
    const pages = [
      {},
      { flow: 'PAYMENT_METHOD_UPDATE', returnUrl: 'http://localhost:3000/account' },
      { flow: 'SUBSCRIPTION_CANCEL', subscriptionId },
    ];
    for (const input of pages) {
      const result = await open(who, input);
      expect(codes(result)).toEqual([]);
      expect(result.nextAction).toEqual({ kind: 'REDIRECT', url: expect.stringMatching(/^http/) });
      expect((await fetch(result.nextAction?.url ?? '', { redirect: 'manual' })).status).toBeLessThan(400);
    }
  });

  it('is refused without a customer, for foreign subscriptions and return addresses', async () => {
    expect(codes(await open(viewer('user_new')))).toEqual(['NO_CUSTOMER']);
    const { subscriptionId } = await commands.startSubscription({ viewer: viewer('user_owner'), input: starter });
    const cancel = { flow: 'SUBSCRIPTION_CANCEL' };
    const who = viewer('user_curious');
    await commands.startSubscription({ viewer: who, input: starter });
    expect(codes(await open(who, { ...cancel, subscriptionId }))).toEqual(['NOT_FOUND']);
    expect(codes(await open(who, cancel))).toEqual(['INPUT_INVALID']);
    expect(codes(await open(who, { returnUrl: 'https://evil.example.com/' }))).toEqual(['RETURN_URL_REFUSED']);
    expect(codes(await open(viewer('user_curious', { scopes: new Set(['billing:read']) })))).toEqual(['FORBIDDEN']);
  });
});

describe('a refresh', () => {
  it('reads from Stripe what no event has told yet, and is rate limited on all instances', async () => {
    const who = viewer('user_returns');
    const { nextAction, subscriptionId } = await commands.startSubscription({ viewer: who, input: starter });
    await world.confirm(nextAction?.intentId, 'pm_card_visa');
    const result = await commands.refreshBilling({ viewer: who });
    expect(result).toMatchObject({ accountId: expect.stringMatching(/^tga_/), refusals: [] });
    const [row] = await db.sql<
      { status: string }[]
    >`select status from stripe_subscriptions where id = ${subscriptionId}`;
    expect(row?.status).toBe('active');
    const other = world.commandsOf(world.instance().mirror);
    const second = await other.refreshBilling({ viewer: who });
    expect(second.refusals).toMatchObject([{ code: 'THROTTLED', details: { retryAfterSeconds: 3 } }]);
  });

  it('of an account that has bought nothing does nothing', async () => {
    expect(codes(await commands.refreshBilling({ viewer: viewer('user_fresh') }))).toEqual([]);
  });
});

it('DUPLICATE_SUBSCRIPTION_POLICY=refund is a clear error while it is not built', () => {
  const config = { ...commandConfig, policy: { ...commandConfig.policy, duplicateSubscriptions: 'refund' as const } };
  expect(() => world.commandsOf(world.mirror, { config })).toThrow(ConfigError);
  expect(() => world.commandsOf(world.mirror, { config })).toThrow(/DUPLICATE_SUBSCRIPTION_POLICY=refund/);
});
