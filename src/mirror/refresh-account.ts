import { accountById } from '../db/accounts.js';
import { idsOfCustomer, markSynced } from '../db/mirror-lists.js';
import { drawTick } from '../db/mirror-rows.js';
import { stripeCheckoutSessions } from '../db/tables/checkout-sessions.js';
import { stripeInvoices } from '../db/tables/invoices.js';
import { stripePaymentMethods } from '../db/tables/payment-methods.js';
import { stripeSubscriptions } from '../db/tables/subscriptions.js';
import * as lists from './lists.js';
import type { ObjectType } from './projector.js';
import { type WalkDeps, walkList } from './walk-list.js';

const parts = [
  { list: lists.subscriptions, table: stripeSubscriptions },
  { list: lists.invoices, table: stripeInvoices },
  { list: lists.paymentMethods, table: stripePaymentMethods },
  { list: lists.openCheckoutSessions, table: stripeCheckoutSessions, status: 'open' },
] as const;

/**
 * Reads everything of an account again from Stripe: its customer, subscriptions (ended ones too), invoices, payment
 * methods and open checkout sessions. Nothing to do for an account without a customer. Failures of Stripe are
 * `StripeCallError`s; what was read until then is stored.
 */
export async function refreshAccount(deps: WalkDeps, accountId: string): Promise<void> {
  const account = await accountById(deps.db, accountId);
  const customer = account?.stripeCustomerId;
  if (!customer) return;
  const began = new Date();
  const cause = { refreshed: true };
  const since = await drawTick(deps.db);
  const read = (type: ObjectType, id: string) => {
    const projector = deps.projectors.get(type);
    if (!projector) throw new Error(`No projector for ${type}.`);
    return deps.orderedRead(projector, id, { since, cause });
  };

  // The customer first: one that was deleted has nothing more to read, and leaves its account.
  await read('customer', customer);
  if ((await accountById(deps.db, accountId))?.stripeCustomerId !== customer) return;
  await Promise.all(
    parts.map(async (part) => {
      const seen = new Set(await walkList(deps, part.list, { customer, cause }));
      const held = await idsOfCustomer(deps.db, part.table, customer, 'status' in part ? part.status : undefined);
      // What Stripe no longer lists was detached, deleted, or has ended: it is asked for by its id.
      await Promise.all(held.filter((id) => !seen.has(id)).map((id) => read(part.list.type, id)));
    }),
  );
  await markSynced(deps.db, accountId, began);
}
