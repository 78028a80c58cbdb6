import { describe, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/gateway.js';

const db = await createTestDatabase();
const gateway = await startGateway(db);
const errors = `userErrors { __typename code rawCode message field retryable
  ... on CardDeclined { declineCode advice }
  ... on AlreadySubscribed { subscription { id status plan { key } } }
  ... on InvoiceUnpaid { invoice { id status amountDue { minorUnits currency } } }
  ... on Throttled { retryAfterSeconds }
  ... on ProviderUnavailable { outcomeUnknown } }`;
const step = 'nextAction { kind url intentId clientSecret customerId publishableKey expiresAt }';
const start = `mutation ($input: SubscriptionStartInput!, $key: String, $account: ID) {
  subscriptionStart(accountId: $account, input: $input, idempotencyKey: $key) {
    subscription { id status plan { key } seats latestInvoice { status total { minorUnits } } account { id } } ${step} ${errors} } }`;
const change = `mutation ($id: ID!, $change: PlanChangeInput!) {
  subscriptionChangePlan(id: $id, change: $change) { subscription { plan { key } items { price { key } } } ${step} ${errors} } }`;
const cancel = `mutation ($id: ID!, $input: SubscriptionCancelInput!) {
  subscriptionCancel(id: $id, input: $input) { subscription { status endsAt } ${errors} } }`;
const keep = `mutation ($id: ID!) { subscriptionKeep(id: $id) { subscription { endsAt } ${errors} } }`;
const checkout = `mutation ($input: CheckoutStartInput!) { checkoutStart(input: $input) { sessionId ${step} ${errors} } }`;
const portal = `mutation ($input: PortalOpenInput!) { portalOpen(input: $input) { ${step} ${errors} } }`;
const refresh = `mutation { billingRefresh { account { id subscriptions { nodes { status } } } ${errors} } }`;
const starter = { planKey: 'starter', interval: 'MONTH' };

// biome-ignore lint/suspicious/noExplicitAny: the shapes are the schema's own; GraphQL has checked them already.
type Payload = any;
const run = async (user: string | null, query: string, variables: Record<string, unknown> = {}): Promise<Payload> => {
  const token = user === null ? '' : await gateway.token({ user });
  const { json } = await gateway.graphql(query, variables, token);
  const { data, errors: failures } = json as { data: Record<string, Payload> | null; errors?: Payload[] };
  if (failures) throw Object.assign(new Error(failures[0].message), { code: failures[0].extensions?.code });
  return Object.values(data ?? {})[0];
};
const { sdk } = gateway.app.stripe;
const subscribed = async (user: string, card = 'pm_card_visa'): Promise<string> => {
  const { nextAction, subscription } = await run(user, start, { input: starter });
  await sdk.paymentIntents.confirm(nextAction.intentId, { payment_method: 'pm_card_visa' });
  if (card !== 'pm_card_visa') {
    const method = await sdk.paymentMethods.attach(card, { customer: nextAction.customerId });
    await sdk.subscriptions.update(subscription.id, { default_payment_method: method.id });
  }
  await gateway.settled();
  return subscription.id;
};

describe('mutations answer', () => {
  it('what they did, read from the mirror', async () => {
    const payload = await run('user_reads', start, { input: starter });
    expect(payload).toEqual({
      subscription: {
        id: expect.stringMatching(/^sub_/),
        status: 'INCOMPLETE',
        plan: { key: 'starter' },
        seats: 1,
        latestInvoice: { status: 'OPEN', total: { minorUnits: 900 } },
        account: { id: expect.stringMatching(/^tga_/) },
      },
      nextAction: {
        kind: 'CONFIRM_PAYMENT',
        url: null,
        intentId: expect.stringMatching(/^pi_/),
        clientSecret: expect.stringContaining('_secret_'),
        customerId: expect.stringMatching(/^cus_/),
        publishableKey: 'pk_test_gateway',
        expiresAt: expect.stringMatching(/Z$/),
      },
      userErrors: [],
    });
  });

  it('a change, a cancellation and its withdrawal', async () => {
    const id = await subscribed('user_walk');
    const changed = await run('user_walk', change, { id, change: { planKey: 'scale', interval: 'MONTH' } });
    expect(changed).toMatchObject({ nextAction: null, userErrors: [], subscription: { plan: { key: 'scale' } } });
    expect(changed.subscription.items).toHaveLength(2);
    const canceled = await run('user_walk', cancel, { id, input: { feedback: 'UNUSED' } });
    expect(canceled).toMatchObject({ userErrors: [], subscription: { status: 'ACTIVE', endsAt: expect.any(String) } });
    expect((await run('user_walk', keep, { id })).subscription.endsAt).toBeNull();
    const now = await run('user_walk', cancel, { id, input: { timing: 'NOW' } });
    expect(now.subscription.status).toBe('CANCELED');
  });

  it('where Checkout and the portal are', async () => {
    const input = { ...starter, successUrl: 'http://localhost:3000/done' };
    const page = await run('user_pages', checkout, { input });
    expect(page).toMatchObject({
      sessionId: expect.stringMatching(/^cs_/),
      nextAction: { kind: 'REDIRECT' },
      userErrors: [],
    });
    const opened = await run('user_pages', portal, { input: { returnUrl: 'http://localhost:3000/' } });
    expect(opened).toMatchObject({
      nextAction: { kind: 'REDIRECT', url: expect.stringMatching(/^http/) },
      userErrors: [],
    });
  });

  it('the account read again, and how long to wait for the next time', async () => {
    await subscribed('user_refresh');
    const first = await run('user_refresh', refresh);
    expect(first.account.subscriptions.nodes).toEqual([{ status: 'ACTIVE' }]);
    const second = await run('user_refresh', refresh);
    expect(second.account).toBeNull();
    expect(second.userErrors).toMatchObject([{ __typename: 'Throttled', code: 'THROTTLED', retryAfterSeconds: 3 }]);
  });
});

describe('refusals are typed', () => {
  it('AlreadySubscribed carries the subscription', async () => {
    const id = await subscribed('user_twice');
    const { subscription, userErrors } = await run('user_twice', start, {
      input: { planKey: 'scale', interval: 'MONTH' },
    });
    expect(subscription).toBeNull();
    expect(userErrors).toMatchObject([
      {
        __typename: 'AlreadySubscribed',
        retryable: false,
        subscription: { id, status: 'ACTIVE', plan: { key: 'starter' } },
      },
    ]);
  });

  it('CardDeclined carries the code and what to do', async () => {
    const id = await subscribed('user_poor', 'pm_card_chargeCustomerFail');
    const { userErrors } = await run('user_poor', change, { id, change: { planKey: 'scale', interval: 'MONTH' } });
    expect(userErrors).toMatchObject([
      { __typename: 'CardDeclined', declineCode: expect.any(String), advice: expect.any(String) },
    ]);
  });

  it('InvoiceUnpaid carries the invoice', async () => {
    const id = await subscribed('user_owes', 'pm_card_chargeCustomerFail');
    gateway.sandbox.engine.advanceTo(gateway.sandbox.engine.clock.now() + 32 * 86_400);
    await gateway.settled();
    const { userErrors } = await run('user_owes', change, { id, change: { planKey: 'scale', interval: 'MONTH' } });
    expect(userErrors).toMatchObject([
      { __typename: 'InvoiceUnpaid', invoice: { status: 'OPEN', amountDue: { minorUnits: 900, currency: 'usd' } } },
    ]);
  });

  it('ProviderUnavailable says whether the outcome is known', async () => {
    await fetch(new URL('/_sandbox/faults/api', gateway.sandbox.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method: 'POST', path: '/v1/subscriptions', status: 500, times: 1 }),
    });
    const { userErrors } = await run('user_down', start, { input: starter });
    expect(userErrors).toMatchObject([
      { __typename: 'ProviderUnavailable', code: 'PROVIDER_UNAVAILABLE', retryable: true, outcomeUnknown: false },
    ]);
  });

  it('SimpleError names the field', async () => {
    const { userErrors } = await run('user_simple', start, { input: { planKey: 'gold', interval: 'MONTH' } });
    expect(userErrors).toMatchObject([
      { __typename: 'SimpleError', code: 'PLAN_NOT_FOUND', field: ['input', 'planKey'], retryable: false },
    ]);
  });

  it('foreign accounts and subscriptions are NOT_FOUND', async () => {
    const id = await subscribed('user_private');
    const foreign = await run('user_nosy', start, { input: starter, account: 'user:user_private' });
    expect(foreign.userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['accountId'] }]);
    const { userErrors } = await run('user_nosy', cancel, { id, input: {} });
    expect(userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
  });
});

describe('what is no command', () => {
  it('without a token is refused as a whole', async () => {
    await expect(run(null, start, { input: starter })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('with a field that the schema does not have, or a value of another type, says which', async () => {
    const wrong = { ...starter, cardNumber: '4242424242424242' };
    await expect(run('user_wrong', start, { input: wrong })).rejects.toThrow(/cardNumber/);
    await expect(run('user_wrong', start, { input: { ...starter, interval: 'FORTNIGHT' } })).rejects.toThrow(
      /FORTNIGHT/,
    );
    await expect(
      run('user_wrong', checkout, { input: { ...starter, successUrl: 'javascript:alert(1)' } }),
    ).rejects.toThrow(/URL/);
    await expect(run('user_wrong', start, { input: { ...starter, quantity: 2_147_483_648 } })).rejects.toThrow(/32/);
  });
});
