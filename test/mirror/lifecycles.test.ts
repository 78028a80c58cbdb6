import { afterEach, describe, expect, test } from 'vitest';
import { accountByCustomer, accountOfOwner } from '../../src/db/accounts.js';
import { customerConflicts } from '../../src/db/customer-accounts.js';
import { refreshCatalogue } from '../../src/mirror/catalogue-refresh.js';
import { createTestDatabase } from '../support/database.js';
import { mirrorDrift } from '../support/mirror-drift.js';
import { createMirrorWorld } from '../support/mirror-world.js';
import { route } from '../support/stripe-proxy.js';
import { createCustomer, createTeamPlan, sellTeamPlan } from '../support/team-plan.js';

const db = await createTestDatabase();
const world = await createMirrorWorld(db);
const { proxy } = world;
const { sdk } = world.stripe;
world.worker.start();
afterEach(async () => {
  proxy.restore();
  await world.deliverAll();
  expect(await mirrorDrift(db, world.stripe)).toEqual([]);
});

const row = async (table: string, id: string) => {
  const [found] = await db.sql`select * from ${db.sql(table)} where id = ${id}`;
  return found;
};
const owner = (id: string) => ({ kind: 'user' as const, id });

describe('customers and their accounts', () => {
  test('a customer that names an owner gets the account that its metadata name: a lost database finds them again', async () => {
    const metadata = { tollgate_owner: 'organization:org_acme', tollgate_account: 'tga_kept' };
    const customer = await sdk.customers.create({ email: 'billing@acme.example', metadata });
    await world.deliverAll();
    const account = await accountByCustomer(db, customer.id);
    expect(account).toMatchObject({ id: 'tga_kept', ownerKind: 'organization', ownerId: 'org_acme' });
  });

  test('an account that exists is used, and its e-mail address kept', async () => {
    await db.sql`insert into billing_accounts (id, owner_kind, owner_id, email)
      values ('tga_carol', 'user', 'user_carol', 'carol@example.com')`;
    const metadata = { tollgate_owner: 'user:user_carol', tollgate_account: 'tga_other' };
    const customer = await sdk.customers.create({ email: 'other@example.com', metadata });
    await world.deliverAll();
    expect(await accountByCustomer(db, customer.id)).toMatchObject({ id: 'tga_carol', email: 'carol@example.com' });
  });

  test('two customers for one owner: the first stays, the second is a reported conflict', async () => {
    const first = await createCustomer(sdk, 'user:user_twice');
    await world.deliverAll();
    const second = await createCustomer(sdk, 'user:user_twice');
    await world.deliverAll();
    const account = await accountOfOwner(db, owner('user_twice'));
    expect(account?.stripeCustomerId).toBe(first.id);
    expect(await customerConflicts(db)).toEqual([
      { customerId: second.id, owner: 'user:user_twice', accountId: account?.id, attachedCustomerId: first.id },
    ]);
  });

  test('metadata that come to name another owner switch nothing', async () => {
    const customer = await createCustomer(sdk, 'user:user_before');
    await world.deliverAll();
    await sdk.customers.update(customer.id, { metadata: { tollgate_owner: 'user:user_after' } });
    await world.deliverAll();
    expect(await accountByCustomer(db, customer.id)).toMatchObject({ ownerId: 'user_before' });
    expect((await customerConflicts(db)).map(({ customerId }) => customerId)).toContain(customer.id);
  });

  test('a customer without an owner is mirrored and nobody’s; children may come before it', async () => {
    const { customer, subscription } = await sellTeamPlan(sdk);
    const child = await world.snapshot(`/v1/subscriptions/${subscription.id}`);
    await world.send('customer.subscription.updated', child);
    await world.worker.idle();
    expect(await row('stripe_subscriptions', subscription.id)).toMatchObject({ customer_id: customer.id });
    expect(await accountByCustomer(db, customer.id)).toBeNull();

    // Its owner is named later: the status follows from what was there already.
    await world.deliverAll();
    await sdk.customers.update(customer.id, { metadata: { tollgate_owner: 'user:user_later' } });
    await world.deliverAll();
    expect((await accountOfOwner(db, owner('user_later')))?.status).toMatchObject({ state: 'FULL' });
  });

  test('a deleted customer becomes a tombstone and frees its account for another', async () => {
    const first = await createCustomer(sdk, 'user:user_again');
    await world.deliverAll();
    await sdk.customers.del(first.id);
    await world.deliverAll();
    expect((await row('stripe_customers', first.id))?.deleted_at).not.toBeNull();
    expect((await accountOfOwner(db, owner('user_again')))?.stripeCustomerId).toBeNull();
    const second = await createCustomer(sdk, 'user:user_again');
    await world.deliverAll();
    expect((await accountOfOwner(db, owner('user_again')))?.stripeCustomerId).toBe(second.id);
  });

  test("customers that existed before are adopted by the merchant's own metadata key", async () => {
    const adopting = world.instance({ mirror: { ownerMetadata: 'app_user' } });
    const customer = await sdk.customers.create({ metadata: { app_user: 'user_old' } });
    await adopting.mirror.refetch('customer', customer.id);
    expect(await accountByCustomer(db, customer.id)).toMatchObject({ ownerKind: 'user', ownerId: 'user_old' });
    await db.sql`update stripe_customers set owner = null where id = ${customer.id}`;
  });
});

describe('what is detached or deleted', () => {
  test('a detached payment method leaves its customer, whichever lane its events take', async () => {
    const customer = await createCustomer(sdk, 'user:user_cards');
    const method = await sdk.paymentMethods.attach('pm_card_mastercard', { customer: customer.id });
    await world.deliverAll();
    expect(await row('stripe_payment_methods', method.id)).toMatchObject({
      customer_id: customer.id,
      brand: 'mastercard',
    });
    await sdk.paymentMethods.detach(method.id);
    await world.deliverAll();
    expect(await row('stripe_payment_methods', method.id)).toMatchObject({ customer_id: null, deleted_at: null });
  });

  test('a 404 becomes a tombstone only when a second look finds the same', async () => {
    const product = await sdk.products.create({ name: 'Here' });
    const path = `/v1/products/${product.id}`;
    await world.deliverAll();
    const error = {
      type: 'invalid_request_error',
      code: 'resource_missing',
      message: `No such product: '${product.id}'`,
    };
    proxy.requests.length = 0;
    proxy.answer(route('GET', path), { status: 404, body: { error } }, 1);
    await world.mirror.refetch('product', product.id);
    expect((await row('stripe_products', product.id))?.deleted_at).toBeNull();
    expect(proxy.requests.filter((request) => request.path === path)).toHaveLength(2);

    await sdk.products.del(product.id);
    await world.mirror.refetch('product', product.id);
    expect((await row('stripe_products', product.id))?.deleted_at).not.toBeNull();
  });

  test('a tombstone gives way to a newer object of the same id, and an older event does not raise it', async () => {
    const product = await sdk.products.create({ id: 'chosen', name: 'One' });
    const before = await world.snapshot('/v1/products/chosen');
    await world.deliverAll();
    world.advance(10);
    await sdk.products.del(product.id);
    await world.deliverAll();
    expect((await row('stripe_products', 'chosen'))?.deleted_at).not.toBeNull();

    await world.send('product.updated', before, { created: world.now() - 9 });
    await world.worker.idle();
    expect((await row('stripe_products', 'chosen'))?.deleted_at).not.toBeNull();

    world.advance(10);
    await sdk.products.create({ id: 'chosen', name: 'Two' });
    await world.deliverAll();
    expect(await row('stripe_products', 'chosen')).toMatchObject({ name: 'Two', deleted_at: null });
  });

  test('a deleted event that comes late does not bury what was created since', async () => {
    await sdk.products.create({ id: 'reborn', name: 'One' });
    const before = await world.snapshot('/v1/products/reborn');
    await sdk.products.del('reborn');
    world.advance(10);
    await sdk.products.create({ id: 'reborn', name: 'Two' });
    await world.mirror.refetch('product', 'reborn');
    await world.send('product.deleted', before, { created: world.now() - 9 });
    await world.worker.idle();
    expect(await row('stripe_products', 'reborn')).toMatchObject({ name: 'Two', deleted_at: null });
  });
});

describe('the catalogue', () => {
  test('every page of a product’s features is read', async () => {
    const product = await sdk.products.create({ name: 'Many' });
    for (let i = 0; i < 12; i++) {
      const feature = await sdk.entitlements.features.create({ name: `F${i}`, lookup_key: `many_${i}` });
      await sdk.products.createFeature(product.id, { entitlement_feature: feature.id });
    }
    // Pages of five instead of a hundred.
    const small = world.instance();
    const list = small.mirror.stripe.sdk.products.listFeatures.bind(small.mirror.stripe.sdk.products);
    small.mirror.stripe.sdk.products.listFeatures = ((id: string, params: object) =>
      list(id, { ...params, limit: 5 })) as typeof list;
    await small.mirror.refetch('product', product.id);
    const found = (await row('stripe_products', product.id))?.features as { key: string }[];
    expect(found.map(({ key }) => key).sort()).toEqual(Array.from({ length: 12 }, (_, i) => `many_${i}`).sort());
  });

  test('a changed product makes its subscribers’ accounts due and signals the catalogue', async () => {
    const { product } = await sellTeamPlan(sdk, 'user:user_due');
    await world.deliverAll();
    await db.sql`update billing_accounts set next_transition_at = null`;
    const { catalogue } = world.signals;
    await sdk.products.update(product.id, { metadata: { 'limit:seats': '9' } });
    await world.deliverAll();
    const due = await db.sql<{ owner: string }[]>`
      select owner_id as owner from billing_accounts where next_transition_at <= now()`;
    expect(due).toEqual([{ owner: 'user_due' }]);
    expect(world.signals.catalogue).toBeGreaterThan(catalogue);
  });

  test('features, which Stripe sends no events for, come with the next re-read; nothing changed signals nothing', async () => {
    const { product } = await createTeamPlan(sdk);
    await world.deliverAll();
    const feature = await sdk.entitlements.features.create({ name: 'Export', lookup_key: 'export' });
    await sdk.products.createFeature(product.id, { entitlement_feature: feature.id });
    await world.deliverAll();
    await refreshCatalogue(world.mirror);
    const keys = (await row('stripe_products', product.id))?.features as { key: string }[];
    expect(keys.map(({ key }) => key)).toContain('export');
    const { catalogue } = world.signals;
    await refreshCatalogue(world.mirror);
    expect(world.signals.catalogue).toBe(catalogue);
  });
});

test('a test clock’s time is the time of its customers, from the moment that the clock’s event is projected', async () => {
  const frozen = world.now();
  const clock = await sdk.testHelpers.testClocks.create({ frozen_time: frozen });
  const { price } = await createTeamPlan(sdk);
  const metadata = { tollgate_owner: 'user:user_clock' };
  const customer = await sdk.customers.create({ test_clock: clock.id, metadata });
  await sdk.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    trial_end: frozen + 86_400 * 9,
  });
  await world.deliverAll();
  const status = async () => (await accountOfOwner(db, owner('user_clock')))?.status;
  const notices = async () => (await status())?.notices.map(({ kind }) => kind);
  expect(await status()).toMatchObject({ state: 'FULL' });
  expect(await notices()).not.toContain('TRIAL_ENDING');

  // Only the clock's own event arrives: nothing of the subscription has changed.
  const advanced = {
    ...(await world.snapshot(`/v1/test_helpers/test_clocks/${clock.id}`)),
    frozen_time: frozen + 86_400 * 8,
  };
  proxy.answer(route('GET', `/v1/test_helpers/test_clocks/${clock.id}`), { status: 200, body: advanced }, 1);
  await world.send('test_helpers.test_clock.ready', advanced);
  await world.worker.idle();
  expect(await notices()).toContain('TRIAL_ENDING');
  await world.mirror.refetch('test_helpers.test_clock', clock.id);
});

describe('invoices', () => {
  test('lines beyond the first page are listed', async () => {
    const customer = await createCustomer(sdk, 'user:user_lines');
    const { product } = await createTeamPlan(sdk);
    const prices = Array.from({ length: 13 }, (_, i) =>
      sdk.prices.create({
        product: product.id,
        currency: 'usd',
        unit_amount: 100 + i,
        recurring: { interval: 'month' },
      }),
    );
    const items = (await Promise.all(prices)).map(({ id }) => ({ price: id }));
    const subscription = await sdk.subscriptions.create({ customer: customer.id, items });
    await world.deliverAll();

    const stored = await db.sql<{ id: string }[]>`
      select id from stripe_subscription_items where subscription_id = ${subscription.id}`;
    expect(stored).toHaveLength(13);
    const invoice = await row('stripe_invoices', String(subscription.latest_invoice));
    const lines = invoice?.lines as { id: string; amount: number }[];
    expect(new Set(lines.map(({ id }) => id)).size).toBe(13);
    expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(invoice?.total);
  });
});
