import { randomBytes } from 'node:crypto';
import { ensureAccount } from '../../src/db/accounts.js';
import type { Queryable } from '../../src/db/connect.js';
import * as tables from '../../src/db/tables/index.js';

const id = (prefix: string) => `${prefix}_${randomBytes(8).toString('hex')}`;
const now = () => Math.floor(Date.now() / 1000);

/** An account with a mirrored customer, as if both had long been there. */
export async function accountWithCustomer(q: Queryable, userId: string, customerId: string) {
  const account = await ensureAccount(q, { kind: 'user', id: userId });
  await q.orm
    .insert(tables.stripeCustomers)
    .values({ id: customerId, raw: {}, owner: `user:${userId}`, created: now() });
  await q.sql`update billing_accounts set stripe_customer_id = ${customerId} where id = ${account.id}`;
  return { id: account.id, customerId };
}

type SubscriptionValues = typeof tables.stripeSubscriptions.$inferInsert;
type ItemValues = typeof tables.stripeSubscriptionItems.$inferInsert;

/** Writes a mirrored subscription with one item unless told otherwise; answers its id. */
export async function storeSubscription(
  q: Queryable,
  customerId: string,
  values: Partial<SubscriptionValues> = {},
  items: Partial<ItemValues>[] = [{}],
): Promise<string> {
  const subscription = { id: id('sub'), raw: {}, customerId, created: now(), startDate: now(), ...values };
  await q.orm.insert(tables.stripeSubscriptions).values(subscription);
  await q.orm.insert(tables.stripeSubscriptionItems).values(
    items.map((item, position) => ({
      id: id('si'),
      subscriptionId: subscription.id,
      position,
      priceId: 'price_team',
      productId: 'prod_team',
      quantity: '1',
      currentPeriodStart: now(),
      currentPeriodEnd: now() + 30 * 86_400,
      ...item,
    })),
  );
  return subscription.id;
}

/** A mirrored open invoice over 20.00, not attempted unless told otherwise. */
export function invoiceRow(customerId: string, values: Partial<typeof tables.stripeInvoices.$inferInsert> = {}) {
  return {
    id: id('in'),
    raw: {},
    customerId,
    status: 'open',
    currency: 'usd',
    total: 2000,
    amountDue: 2000,
    amountRemaining: 2000,
    created: now(),
    finalizedAt: now(),
    ...values,
  };
}
