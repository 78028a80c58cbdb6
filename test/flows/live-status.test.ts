import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { AccountStatus } from '../../src/access/status-types.js';
import { accountOfOwner } from '../../src/db/accounts.js';
import type { Database } from '../../src/db/connect.js';
import { stripeClockOffset } from '../../src/db/stripe-time.js';
import { createLogger } from '../../src/log.js';
import { backfill } from '../../src/mirror/backfill.js';
import { createMirror } from '../../src/mirror/mirror.js';
import { createStripeClock } from '../../src/mirror/stripe-clock.js';
import { createStripe } from '../../src/stripe/client.js';
import { createTestDatabase } from '../support/database.js';
import { startGateway } from '../support/gateway.js';
import { watch } from '../support/live-gateway.js';
import { createCustomer, createTeamPlan, type TeamPlan } from '../support/team-plan.js';

const db = await createTestDatabase();
const rebuilt = await createTestDatabase();
const one = await startGateway(db);
const { sandbox } = one;
const other = await startGateway(db, { sandbox });
const stripe = createStripe({ secretKey: 'sk_test_gateway', apiBase: sandbox.url });
const { sdk } = stripe;
afterAll(() => stripe.close());

const until = (assertion: () => void) => vi.waitFor(assertion, { timeout: 15_000, interval: 10 });
const query = `subscription { billingStatus {
  version cause access { allowed state reason graceEndsAt } openInvoice { id } notices { kind }
  subscriptions { id status endsAt currentPeriodEnd }
} }`;
const watchAs = async (gateway: typeof one, user: string) => {
  const authorization = `Bearer ${await gateway.token({ user })}`;
  const watched = watch(`${gateway.url.replace('http', 'ws')}/graphql`, { query }, { authorization });
  return {
    ...watched,
    newest: () => watched.answers.at(-1)?.data?.billingStatus,
    all: () => watched.answers.map(({ data }) => data.billingStatus),
  };
};
const settled = async () => {
  await one.settled();
  await other.settled();
};
async function advance(duration: string): Promise<void> {
  const answer = await fetch(`${sandbox.url}/_sandbox/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ advance: duration }),
  });
  expect(answer.status).toBe(200);
  await settled();
}
async function customerOf(user: string) {
  const customer = await createCustomer(sdk, `user:${user}`);
  await settled();
  return customer.id;
}

let plan: TeamPlan;
beforeAll(async () => {
  plan = await createTeamPlan(sdk);
  await settled();
});

test('a first payment that waits for 3D Secure, watched on both instances', async () => {
  const customer = await customerOf('user_alice');
  const watches = [await watchAs(one, 'user_alice'), await watchAs(other, 'user_alice')];
  await until(() => expect(watches.map((each) => each.newest()?.access.state)).toEqual(['NONE', 'NONE']));
  const secure = await sdk.paymentMethods.attach('pm_card_authenticationRequired', { customer });
  const subscription = await sdk.subscriptions.create({
    ...{ customer, items: [{ price: plan.price.id }], payment_behavior: 'default_incomplete' },
    default_payment_method: secure.id,
    expand: ['latest_invoice.confirmation_secret'],
  });
  await until(() => expect(watches.map((each) => each.newest()?.access.reason)).toEqual(['INCOMPLETE', 'INCOMPLETE']));
  await until(() =>
    expect(watches[0]?.newest()).toMatchObject({
      ...{ cause: 'PAYMENT_ACTION_REQUIRED', access: { allowed: false, state: 'NONE' } },
      ...{ openInvoice: { id: expect.stringMatching(/^in_/) }, notices: [{ kind: 'PAYMENT_ACTION_REQUIRED' }] },
    }),
  );
  const invoice = subscription.latest_invoice;
  const secret = typeof invoice === 'object' ? (invoice?.confirmation_secret?.client_secret ?? '') : '';
  await sdk.paymentIntents.confirm(secret.split('_secret_')[0] ?? '', { payment_method: 'pm_card_visa' });
  await until(() => expect(watches.map((each) => each.newest()?.access.state)).toEqual(['FULL', 'FULL']));
  expect(watches[1]?.newest()).toMatchObject({ openInvoice: null, notices: [], subscriptions: [{ status: 'ACTIVE' }] });
  for (const each of watches) {
    const versions = each.all().map(({ version }) => version);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    await each.stop();
  }
});

test('a renewal that fails: grace from the invoice, on Stripe’s clock, and its end without any event', async () => {
  const customer = await customerOf('user_bob');
  const subscription = await sdk.subscriptions.create({ customer, items: [{ price: plan.price.id }] });
  const watched = await watchAs(other, 'user_bob');
  await until(() => expect(watched.newest()?.access.state).toBe('FULL'));
  const failing = await sdk.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await sdk.subscriptions.update(subscription.id, { default_payment_method: failing.id });
  await settled();

  await advance('P1M');
  await advance('PT2H');
  expect(await stripeClockOffset(db)).toBeGreaterThan(27 * 86_400);
  await until(() => expect(watched.newest()?.access).toMatchObject({ allowed: true, state: 'GRACE' }));
  const { cause, access, openInvoice, notices } = watched.newest();
  expect({ cause, reason: access.reason, notices }).toEqual({
    ...{ cause: 'PAYMENT_FAILED', reason: 'PAYMENT_FAILED', notices: [{ kind: 'PAYMENT_FAILED' }] },
  });
  const finalized = (await sdk.invoices.retrieve(openInvoice.id)).status_transitions.finalized_at ?? 0;
  expect(Date.parse(access.graceEndsAt) / 1000).toBe(finalized + 7 * 86_400);

  await advance('P8D');
  // Nothing of Stripe's changes at that moment: its own clock is looked at with the next question.
  await one.app.stripe.call((gateway) => gateway.products.list({ limit: 1 }));
  await until(() => expect(watched.newest()?.access).toMatchObject({ allowed: false, state: 'BLOCKED' }));
  await watched.stop();
});

test('a cancellation at period end keeps access until then, and ends it then', async () => {
  const customer = await customerOf('user_carol');
  const subscription = await sdk.subscriptions.create({ customer, items: [{ price: plan.price.id }] });
  const watched = await watchAs(one, 'user_carol');
  await until(() => expect(watched.newest()?.access.state).toBe('FULL'));
  await sdk.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  await until(() => expect(watched.newest()?.cause).toBe('CANCELLATION_SCHEDULED'));
  const { access, subscriptions } = watched.newest();
  expect(access.state).toBe('FULL');
  expect(subscriptions[0].endsAt).toBe(subscriptions[0].currentPeriodEnd);
  await advance('P20D');
  expect(watched.newest().access.state).toBe('FULL');
  await advance('P12D');
  await until(() => expect(watched.newest()).toMatchObject({ cause: 'SUBSCRIPTION_ENDED', subscriptions: [] }));
  expect(watched.newest().access).toMatchObject({ allowed: false, state: 'BLOCKED', reason: 'CANCELED' });
  await watched.stop();
});

test('a mirror rebuilt from Stripe alone gives the same statuses', async () => {
  await settled();
  const log = createLogger('silent');
  const reader = createStripe({
    ...{ secretKey: 'sk_test_gateway', apiBase: sandbox.url },
    onAnswer: (answer) => clock.sawAnswer(answer),
  });
  const ask = () => reader.call((gateway) => gateway.products.list({ limit: 1 }));
  const clock = createStripeClock({ db: rebuilt, log, ask });
  const policy = { gracePeriod: 7 * 86_400 };
  const signals = { publish() {}, publishCatalogue() {} };
  const mirror = createMirror({ db: rebuilt, stripe: reader, policy, log, signals, readsPerSecond: 1_000 });
  await ask();
  await clock.idle();
  await backfill(mirror);
  reader.close();
  const statusOf = async (database: Database, user: string): Promise<AccountStatus | null> =>
    (await accountOfOwner(database, { kind: 'user', id: user }))?.status ?? null;
  for (const user of ['user_alice', 'user_bob', 'user_carol']) {
    const status = await statusOf(db, user);
    expect(status).not.toBeNull();
    expect(await statusOf(rebuilt, user)).toEqual(status);
  }
});
