import { beforeEach, describe, expect, test } from 'vitest';
import { accountFacts } from '../../src/db/account-facts.js';
import { ensureAccount } from '../../src/db/accounts.js';
import { rememberStripeTime, stripeClockOffset, stripeNow } from '../../src/db/stripe-time.js';
import * as tables from '../../src/db/tables/index.js';
import { recomputeStatus } from '../../src/mirror/recompute-status.js';
import { createTestDatabase } from '../support/database.js';
import { accountWithCustomer, invoiceRow, storeSubscription } from '../support/mirror-rows.js';

const db = await createTestDatabase();
const policy = { gracePeriod: 7 * 86_400 };
const day = 86_400;
const recompute = (id: string, more = {}) => db.transaction((tx) => recomputeStatus(tx, id, { policy, ...more }));
const stored = async (id: string) => {
  const [row] = await db.sql`select * from billing_accounts where id = ${id}`;
  return row as Record<string, unknown> & {
    version: number;
    status: { state: string };
    next_transition_at: Date | null;
  };
};
const feedOf = (id: string) => db.sql`select version, cause from feed_entries where account_id = ${id} order by seq`;

let customer = 0;
let account: { id: string; customerId: string };
beforeEach(async () => {
  customer += 1;
  account = await accountWithCustomer(db, `user_${customer}`, `cus_${customer}`);
});

describe('recomputeStatus', () => {
  test('an account that owns nothing keeps version 1 and gets its status without a feed entry', async () => {
    const fresh = await ensureAccount(db, { kind: 'user', id: 'user_alice' });
    expect(await recompute(fresh.id)).toEqual({ accountId: fresh.id, version: 1, changed: false });
    expect((await stored(fresh.id)).status).toMatchObject({ state: 'NONE', reason: 'NO_SUBSCRIPTION' });
    expect(await feedOf(fresh.id)).toEqual([]);
  });

  test('a first subscription is a new version, with its features, cause and feed entry', async () => {
    await db.orm.insert(tables.stripeProducts).values({
      id: 'prod_team',
      raw: {},
      metadata: { 'limit:projects': '20' },
      features: [
        { id: 'prodft_1', featureId: 'feat_1', key: 'projects', name: 'Projects', metadata: { limit: '5' } },
        { id: 'prodft_2', featureId: 'feat_2', key: 'sso', name: 'Single sign-on', metadata: {} },
      ],
    });
    await storeSubscription(db, account.customerId, { status: 'active' }, [{ productId: 'prod_team' }]);
    expect(await recompute(account.id)).toEqual({ accountId: account.id, version: 2, changed: true });
    expect((await stored(account.id)).status).toMatchObject({
      state: 'FULL',
      reason: null,
      features: [
        { key: 'projects', name: 'Projects', allowed: true, limit: '20', source: 'PLAN' },
        { key: 'sso', name: 'Single sign-on', allowed: true, limit: null, source: 'PLAN' },
      ],
    });
    expect(await feedOf(account.id)).toEqual([{ version: 2, cause: 'SUBSCRIPTION_STARTED' }]);
  });

  test('equal rows make no new version, and a moved transition alone makes none either', async () => {
    const end = (await stripeNow(db)) + 20 * day;
    await storeSubscription(db, account.customerId, { status: 'active', cancelAt: end });
    expect(await recompute(account.id)).toMatchObject({ version: 2, changed: true });
    expect(await recompute(account.id)).toMatchObject({ version: 2, changed: false });
    expect((await stored(account.id)).next_transition_at).toEqual(new Date(end * 1000));

    await db.sql`update billing_accounts set next_transition_at = now() where id = ${account.id}`;
    expect(await recompute(account.id)).toMatchObject({ version: 2, changed: false });
    expect((await stored(account.id)).next_transition_at).toEqual(new Date(end * 1000));
  });

  test('grace starts with the unpaid invoice and ends on the given now', async () => {
    const finalized = (await stripeNow(db)) - day;
    const subscription = await storeSubscription(db, account.customerId, { status: 'past_due' });
    await db.orm.insert(tables.stripeInvoices).values(
      invoiceRow(account.customerId, {
        subscriptionId: subscription,
        attempted: true,
        attemptCount: 1,
        finalizedAt: finalized,
      }),
    );
    await recompute(account.id);
    const row = await stored(account.id);
    expect(row.status).toMatchObject({ state: 'GRACE', reason: 'PAYMENT_FAILED', graceEndsAt: finalized + 7 * day });
    expect(row.next_transition_at).toEqual(new Date((finalized + 7 * day) * 1000));

    expect(await recompute(account.id, { now: finalized + 7 * day })).toMatchObject({ version: 3, changed: true });
    expect((await stored(account.id)).status).toMatchObject({ state: 'BLOCKED', reason: 'PAYMENT_FAILED' });
    expect((await feedOf(account.id)).map((entry) => entry.cause)).toEqual(['PAYMENT_FAILED', 'GRACE_ENDED']);
  });

  test('versions grow by one in commit order, however many transactions change one account at once', async () => {
    await Promise.all(
      Array.from({ length: 30 }, () =>
        db.transaction(async (tx) => {
          await storeSubscription(tx, account.customerId, { status: 'active' });
          return recomputeStatus(tx, account.id, { policy });
        }),
      ),
    );
    const versions = (await feedOf(account.id)).map((entry) => entry.version);
    expect(versions).toEqual(versions.map((_, index) => index + 2));
    expect((await stored(account.id)).version).toBe(versions.at(-1));
    const facts = await accountFacts(db, account.id);
    expect(facts?.facts.subscriptions).toHaveLength(30);
    expect(await recompute(account.id)).toMatchObject({ changed: false });
  });

  test('rows that are announced but not known yet, and tombstones, count for nothing', async () => {
    const gone = await storeSubscription(db, account.customerId, { status: 'active' });
    await db.sql`update stripe_subscriptions set deleted_at = now() where id = ${gone}`;
    await db.orm.insert(tables.stripeSubscriptions).values({ id: 'sub_announced', customerId: account.customerId });
    expect(await recompute(account.id)).toMatchObject({ changed: false });
  });

  test('an unknown account answers null', async () => {
    expect(await recompute('tga_unknown')).toBeNull();
  });
});

describe('the account’s now', () => {
  test('a customer on a test clock has its frozen time, and no due time of ours', async () => {
    const frozen = 1_900_000_000;
    await db.orm
      .insert(tables.stripeTestClocks)
      .values({ id: 'clock_1', raw: {}, frozenTime: frozen, status: 'ready' });
    await db.sql`update stripe_customers set test_clock_id = 'clock_1' where id = ${account.customerId}`;
    await storeSubscription(db, account.customerId, { status: 'active', cancelAt: frozen });
    await recompute(account.id);
    const row = await stored(account.id);
    expect(row.status).toMatchObject({ state: 'BLOCKED', reason: 'CANCELED' });
    expect(row.next_transition_at).toBeNull();
  });

  test('is Stripe’s time as observed, ahead of or behind the database’s; small differences are none', async () => {
    const real = Math.floor(Date.now() / 1000);
    await rememberStripeTime(db, real + 31 * day, 5);
    expect(Math.abs((await stripeNow(db)) - real - 31 * day)).toBeLessThan(5);
    await rememberStripeTime(db, real - 3_600, 5);
    expect(Math.abs((await stripeNow(db)) - real + 3_600)).toBeLessThan(5);
    await rememberStripeTime(db, real + 2, 5);
    expect(await stripeClockOffset(db)).toBe(0);
  });
});
