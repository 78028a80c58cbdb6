import { afterEach, describe, expect, test } from 'vitest';
import { accountByCustomer, accountOfOwner } from '../../src/db/accounts.js';
import { linkCustomer } from '../../src/mirror/link.js';
import { claimStripeAccount } from '../../src/mirror/stripe-account.js';
import { createTestDatabase } from '../support/database.js';
import { createMirrorWorld } from '../support/mirror-world.js';
import { route } from '../support/stripe-proxy.js';
import { createCustomer, sellTeamPlan } from '../support/team-plan.js';

const db = await createTestDatabase();
const world = await createMirrorWorld(db);
const { mirror, proxy } = world;
const { sdk } = world.stripe;
const user = (id: string) => ({ kind: 'user' as const, id });
afterEach(() => proxy.restore());

describe('linkCustomer', () => {
  test('adopts a customer that exists: attached, marked in Stripe, read as a whole', async () => {
    const { customer, product, price } = await sellTeamPlan(sdk);
    await mirror.refetch('product', product.id);
    await mirror.refetch('price', price.id);
    const { accountId, changed } = await linkCustomer(mirror, user('user_dave'), customer.id);
    expect(changed).toBe(true);
    expect(await accountByCustomer(db, customer.id)).toMatchObject({ id: accountId, status: { state: 'FULL' } });
    const { metadata } = (await sdk.customers.retrieve(customer.id)) as { metadata: object };
    expect(metadata).toMatchObject({ tollgate_owner: 'user:user_dave', tollgate_account: accountId });
    expect(await linkCustomer(mirror, user('user_dave'), customer.id)).toEqual({ accountId, changed: false });
  });

  test('refuses a customer that is another owner’s, by its account or by its metadata', async () => {
    const taken = await createCustomer(sdk);
    await linkCustomer(mirror, user('user_first'), taken.id);
    await expect(linkCustomer(mirror, user('user_second'), taken.id)).rejects.toMatchObject({
      code: 'LINK_CUSTOMER_TAKEN',
    });
    const marked = await createCustomer(sdk, 'user:user_third');
    await expect(linkCustomer(mirror, user('user_second'), marked.id)).rejects.toThrow(/user:user_third's/);
    expect(await accountOfOwner(db, user('user_second'))).toBeNull();
  });

  test('refuses an owner that has another customer', async () => {
    const [one, other] = [await createCustomer(sdk), await createCustomer(sdk)];
    await linkCustomer(mirror, user('user_full'), one.id);
    await expect(linkCustomer(mirror, user('user_full'), other.id)).rejects.toMatchObject({
      code: 'LINK_OWNER_TAKEN',
      message: expect.stringContaining(one.id),
    });
    expect(await accountByCustomer(db, other.id)).toBeNull();
  });

  test('refuses customers that Stripe does not have, or no longer', async () => {
    const gone = await createCustomer(sdk);
    await sdk.customers.del(gone.id);
    for (const id of ['cus_unknown', gone.id]) {
      await expect(linkCustomer(mirror, user('user_none'), id)).rejects.toMatchObject({
        code: 'LINK_CUSTOMER_UNKNOWN',
      });
    }
    expect(await accountOfOwner(db, user('user_none'))).toBeNull();
  });

  test('two links of one customer at once: one wins', async () => {
    const customer = await createCustomer(sdk);
    const owners = ['user_a', 'user_b', 'user_c'];
    const results = await Promise.allSettled(owners.map((id) => linkCustomer(mirror, user(id), customer.id)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('Stripe failing in between: doing it again ends it', async () => {
    const customer = await createCustomer(sdk);
    const error = { type: 'api_error', message: 'oops' };
    proxy.answer(route('POST', `/v1/customers/${customer.id}`), { status: 500, body: { error } }, 1);
    await expect(linkCustomer(mirror, user('user_retry'), customer.id)).rejects.toMatchObject({
      code: 'STRIPE_UNAVAILABLE',
    });
    const { accountId } = await linkCustomer(mirror, user('user_retry'), customer.id);
    expect((await sdk.customers.retrieve(customer.id)) as object).toMatchObject({
      metadata: { tollgate_account: accountId },
    });
  });
});

describe('the Stripe account of a database', () => {
  test('is the first one; its own key is welcome again, another account or mode is refused', async () => {
    await claimStripeAccount(db, mirror.stripe, false);
    await claimStripeAccount(db, mirror.stripe, false);
    await expect(claimStripeAccount(db, mirror.stripe, true)).rejects.toMatchObject({
      code: 'STRIPE_ACCOUNT_MISMATCH',
      message: expect.stringMatching(/in test mode, but STRIPE_SECRET_KEY belongs to .* in live mode/),
    });
    const body = { id: 'acct_other', object: 'account' };
    proxy.answer(route('GET', '/v1/account'), { status: 200, body }, 1);
    await expect(claimStripeAccount(db, mirror.stripe, false)).rejects.toThrow(/acct_other/);
  });

  test('a restricted key that may not read its account still has to be of the mode', async () => {
    const denied = { status: 403, body: { error: { type: 'invalid_request_error', message: 'no permission' } } };
    proxy.answer(route('GET', '/v1/account'), denied);
    await claimStripeAccount(db, mirror.stripe, false);
    await expect(claimStripeAccount(db, mirror.stripe, true)).rejects.toMatchObject({
      code: 'STRIPE_ACCOUNT_MISMATCH',
    });
  });
});
